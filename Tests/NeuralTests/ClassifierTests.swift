import Testing

@testable import Neural

@Suite struct ClassifierTests {
  private let images = formula(40 * 16 * 16 * 3, salt: 1).map { $0 + 0.5 }
  private static let form = Backbone.Form(size: 16, classes: 4)

  private func classifier(threads: Int = 2) throws -> Classifier {
    let weights = Weights(try Backbone.cnn.network(Self.form), seed: 3)
    return try Classifier(.cnn, Self.form, tensors: weights.tensors, threads: threads)
  }

  private func images(_ range: Range<Int>) -> [Float] {
    Array(images[range.lowerBound * 768..<range.upperBound * 768])
  }

  /// The result of a call does not depend on earlier calls, whatever their order and number.
  @Test func callsAreIndependent() throws {
    let one = try classifier()
    for _ in 0..<2 {
      for range in [0..<40, 3..<4, 5..<38, 0..<2] {
        #expect(try one.logits(images(range)) == classifier().logits(images(range)))
      }
      let map = one.gradCAM(images(7..<8), class: 1)
      #expect(try map.map == classifier().gradCAM(images(7..<8), class: 1).map)
      for range in [2..<9, 4..<5] {
        let found = one.inputGradients(images(range), class: 2)
        #expect(try found == classifier().inputGradients(images(range), class: 2))
      }
    }
  }

  @Test func concurrentCallsAgree() async throws {
    let one = try classifier(threads: 1)
    let wanted = one.logits(images)
    await withTaskGroup(of: Bool.self) { group in
      for first in 0..<20 {
        group.addTask {
          let range = first..<first + 1 + first % 7
          let part = wanted[range.lowerBound * 4..<range.upperBound * 4]
          return one.logits(images(range)) == Array(part)
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}
