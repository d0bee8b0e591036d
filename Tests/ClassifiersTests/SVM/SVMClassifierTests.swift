import Foundation
import Testing

@testable import Classifiers

/// Support vector machines, compared with scikit-learn (svm.py).
@Suite struct SVMClassifierTests {
  private static let forms: [(SVMKernel, Int)] = SVMKernel.allCases.flatMap { [($0, 2), ($0, 4)] }

  private func classifier(_ kernel: SVMKernel, _ classes: Int) throws -> SVMClassifier {
    var settings = ClassifierSettings()
    (settings.method, settings.kernel, settings.c) = (.svm, kernel, 2)
    let fitted = try fit(settings, table(80, 8, classes: classes, salt: 1), classes: classes)
    return try #require(fitted as? SVMClassifier)
  }

  @Test(
    "decision values agree with scikit-learn",
    .enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"),
    arguments: forms)
  func decisionValues(kernel: SVMKernel, classes: Int) throws {
    let expected = try #require(
      fixture("svm.json", as: [String: [Double]].self)["\(kernel.rawValue) \(classes)"])
    let machines = try classifier(kernel, classes).machines
    let rows = table(12, 8, classes: classes, salt: 2).rows
    let found = rows.withUnsafeBufferPointer { rows in
      (0..<12).flatMap { row in
        rows.baseAddress.map { machines.decisionValues($0 + row * 8) } ?? []
      }
    }
    #expect(difference(found, expected) < 1e-4)
  }

  @Test(
    "gradients agree with differences of logits",
    .enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"),
    arguments: forms)
  func gradients(kernel: SVMKernel, classes: Int) throws {
    let classifier = try classifier(kernel, classes)
    let rows = table(3, 8, classes: classes, salt: 2).rows
    for row in 0..<3 {
      for label in 0..<classes {
        let row = Array(rows[row * 8..<(row + 1) * 8])
        #expect(try gradientDifference(classifier, label: label, at: row) < 2e-3)
      }
    }
  }

  #if Classifiers
    @Test("rows and precomputed kernels give the same machines", arguments: SVMKernel.allCases)
    func precomputed(kernel: SVMKernel) throws {
      let train = table(80, 8, classes: 4, salt: 1)
      let found = try [0, 80].map { limit in
        let rows = SVMRows(train, kernel: kernel, gamma: 0.7, kernelLimit: limit)
        return try SVMLibrary.open().fit(rows, Array(5..<75), c: 2)
      }
      #expect(found[0].present == found[1].present && found[0].width == 8)
      let row = table(1, 8, classes: 4, salt: 2).rows
      let values = row.withUnsafeBufferPointer { row in
        found.map { machines in row.baseAddress.map { machines.decisionValues($0) } ?? [] }
      }
      #expect(values[0].count == 6)
      #expect(difference(values[0], values[1]) < 1e-4)
    }
  #endif

  @Test("a sigmoid minimises the loss of Platt's method")
  func sigmoid() throws {
    let expected = try #require(fixture("svm.json", as: [String: [Double]].self)["sigmoid"])
    let values = formula(40, salt: 7).enumerated().map { Double($1) + ($0 < 20 ? 0.2 : 0) }
    let sigmoid = PlattSigmoid(fitting: values, isFirst: (0..<40).map { $0 < 20 })
    #expect(difference([sigmoid.slope, sigmoid.shift], expected) < 1e-4)
    #expect(sigmoid.slope < 0 && sigmoid.probability(1) > 0.5)
  }

  @Test("coupled probabilities minimise the disagreement of pairs")
  func coupling() throws {
    let expected = try #require(fixture("svm.json", as: [String: [Double]].self)["coupling"])
    var values = formula(6, salt: 8).map { 0.5 + 0.9 * Double($0) }[...]
    var pairs = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 4)
    for i in 0..<4 {
      for j in i + 1..<4 {
        pairs[i][j] = values.removeFirst()
        pairs[j][i] = 1 - pairs[i][j]
      }
    }
    let coupling = PairwiseCoupling(pairs)
    #expect(difference(coupling.probabilities, expected) < 1e-6)
    // The derivative by the pair of 1 and 3, the fifth.
    var (above, below) = (pairs, pairs)
    (above[1][3], above[3][1]) = (pairs[1][3] + 1e-5, pairs[3][1] - 1e-5)
    (below[1][3], below[3][1]) = (pairs[1][3] - 1e-5, pairs[3][1] + 1e-5)
    for k in 0..<4 {
      let change =
        PairwiseCoupling(above).probabilities[k] - PairwiseCoupling(below).probabilities[k]
      #expect(abs(coupling.derivatives(of: k)[4] - change / 2e-5) < 1e-7)
    }
  }

  @Test("two classes need no coupling")
  func pair() {
    #expect(
      difference(PairwiseCoupling([[0, 0.3], [0.7, 0]]).probabilities, [0.3, 0.7]) < 1e-15)
    let sure = PairwiseCoupling([[0, 1 - 1e-7, 1 - 1e-7], [1e-7, 0, 1e-7], [1e-7, 1 - 1e-7, 0]])
    #expect(difference(sure.probabilities, [1, 0, 0]) < 1e-6)
  }

  @Test("folds are balanced within each class and depend on the seed")
  func folds() {
    let labels = (0..<103).map { $0 % 10 == 0 ? 1 : 0 }
    let folds = SeededOrder.folds(labels, count: 5, seed: 1)
    for label in 0...1 {
      let sizes = (0..<5).map { fold in
        labels.indices.count { labels[$0] == label && folds[$0] == fold }
      }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    #expect(SeededOrder.folds(labels, count: 5, seed: 2) != folds)
  }
}
