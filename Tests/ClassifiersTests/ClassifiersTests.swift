import Testing

@testable import Classifiers

/// What holds for every method.
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct ClassifiersTests {
  private static let forms: [(ClassifierMethod, Int)] = ClassifierMethod.allCases.flatMap {
    [($0, 2), ($0, 4)]
  }

  private func load(
    _ method: ClassifierMethod, _ files: [String: [UInt8]]
  ) throws -> any FeatureClassifier {
    try Classifiers.load(method) { (name) throws(ClassifierError) in
      guard let bytes = files[name] else { throw ClassifierError("\(name) is missing") }
      return bytes
    }
  }

  @Test("each method learns, and its files give the same logits", arguments: forms)
  func roundTrip(method: ClassifierMethod, classes: Int) throws {
    let train = table(80, 8, classes: classes, salt: 1)
    let unseen = table(40, 8, classes: classes, salt: 2)
    let fitted = try fit(settings(method), train, unseen, classes: classes)
    let logits = try fitted.logits(unseen.rows)
    #expect(fitted.classes == classes && fitted.width == 8 && logits.count == 40)
    #expect(logits.allSatisfy { $0.count == classes && $0.allSatisfy(\.isFinite) })
    let hits = zip(logits, unseen.labels).count { $0.firstIndex(of: $0.max() ?? 0) == $1 }
    #expect(hits > 40 / classes + 5, "\(method): \(hits) of 40")
    let files = try fitted.files()
    let loaded = try load(method, files)
    #expect(try loaded.logits(unseen.rows) == logits)
    #expect(try loaded.files() == files)
    #expect(loaded.classes == classes && loaded.width == 8)
    // A row alone has the same logits.
    #expect(try loaded.logits(Array(unseen.rows[16..<24])) == [logits[2]])
    #expect(try loaded.logits([]) == [])
  }

  @Test("each method fits transformed features", arguments: forms)
  func transformed(method: ClassifierMethod, classes: Int) throws {
    var train = table(80, 20, classes: classes, salt: 1)
    var unseen = table(40, 20, classes: classes, salt: 2)
    let transform = try FeatureTransform(
      fitting: train.rows, width: 20, standardise: true, components: 6)
    train = FeatureTable(rows: transform.apply(train.rows), labels: train.labels, width: 6)
    unseen = FeatureTable(rows: transform.apply(unseen.rows), labels: unseen.labels, width: 6)
    let logits = try fit(settings(method), train, classes: classes).logits(unseen.rows)
    let hits = zip(logits, unseen.labels).count { $0.firstIndex(of: $0.max() ?? 0) == $1 }
    #expect(hits > 40 / classes + 5, "\(method): \(hits) of 40")
  }

  @Test("fits in another order give the same bytes")
  func order() throws {
    func files(_ methods: [ClassifierMethod]) throws -> [String: [UInt8]] {
      var files: [String: [UInt8]] = [:]
      for method in methods {
        let train = table(60, 8, classes: 3, salt: 1)
        let validation = table(30, 8, classes: 3, salt: 3)
        var settings = settings(method)
        settings.subsample = 0.8
        settings.columns = 0.6
        for (name, bytes) in try fit(settings, train, validation, classes: 3).files() {
          files["\(method) \(name)"] = bytes
        }
      }
      return files
    }
    let methods = ClassifierMethod.allCases
    let first = try files(methods)
    #expect(first.count == 7)
    #expect(try files(methods.reversed()) == first)
    #expect(try files(methods) == first)
  }

  @Test("concurrent fits give the bytes of fits alone")
  func concurrency() async throws {
    let alone = try ClassifierMethod.allCases.map { method in
      try fit(settings(method), table(60, 8, classes: 3, salt: 1), classes: 3).files()
    }
    let together = try await withThrowingTaskGroup(of: (Int, [String: [UInt8]]).self) { group in
      for index in 0..<10 {
        let method = ClassifierMethod.allCases[index % 5]
        group.addTask {
          let train = table(60, 8, classes: 3, salt: 1)
          return (index % 5, try fit(settings(method), train, classes: 3).files())
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(together.count == 10)
    for (index, files) in together { #expect(files == alone[index]) }
  }

  @Test("the seed changes trees and folds only", arguments: ClassifierMethod.allCases)
  func seeds(method: ClassifierMethod) throws {
    var settings = settings(method)
    settings.subsample = 0.7
    let train = table(60, 8, classes: 3, salt: 1)
    let files = try [1, 2].map { try fit(settings, train, classes: 3, seed: $0).files() }
    let isDrawn = [.xgboost, .randomForest, .svm].contains(method)
    #expect((files[0] == files[1]) == !isDrawn)
    if method == .svm { #expect(files[0]["svm.txt"] == files[1]["svm.txt"]) }
  }

  @Test("a class without training rows is never the first", arguments: ClassifierMethod.allCases)
  func absentClass(method: ClassifierMethod) throws {
    for absent in 0..<3 {
      let train = table(90, 8, classes: 3, salt: 1, without: [absent])
      let fitted = try fit(settings(method), train, classes: 3)
      let rows = table(12, 8, classes: 3, salt: 2).rows
      let logits = try load(method, fitted.files()).logits(rows)
      for row in logits {
        #expect(row.count == 3 && row.allSatisfy(\.isFinite))
        #expect(row[absent] == row.min())
        let isTree = [.xgboost, .randomForest].contains(method)
        #expect(isTree || abs(softmax(row)[absent] - 1e-9) < 1e-10)
      }
      let gradient = fitted.gradient(of: absent, at: Array(rows[..<8]))
      #expect(gradient?.allSatisfy { $0 == 0 } ?? true)
    }
  }

  @Test("progress ends at its total", arguments: ClassifierMethod.allCases)
  func progress(method: ClassifierMethod) throws {
    var steps: [Int] = []
    var total = 0
    let train = table(40, 4, classes: 2, salt: 1)
    _ = try Classifiers.fit(
      settings(method), train: train, validation: nil, classes: 2, seed: 1
    ) {
      steps.append($0)
      total = $1
    }
    #expect(steps == Array(1...max(total, 1)))
  }

  @Test("versions name the three libraries")
  func versions() {
    #expect(Classifiers.versions.keys.sorted() == ["liblinear", "libsvm", "xgboost"])
    #expect(Classifiers.versions.values.allSatisfy { $0.first?.isNumber == true })
  }
}
