import Foundation
import Testing

@testable import Classifiers

/// Nearest neighbours, compared with scikit-learn (neighbours.py); they need no library.
@Suite struct NeighbourClassifierTests {
  @Test("shares of votes agree with scikit-learn", arguments: [2, 4])
  func scikitLearn(classes: Int) throws {
    let expected = try #require(
      fixture("neighbours.json", as: [String: [Double]].self)["\(classes)"])
    var settings = ClassifierSettings()
    (settings.method, settings.neighbours) = (.kNearest, 7)
    let fitted = try fit(settings, table(80, 37, classes: classes, salt: 1), classes: classes)
    let logits = try fitted.logits(table(12, 37, classes: classes, salt: 2).rows)
    let shares = logits.flatMap { $0.map { exp(Double($0)) } }
    #expect(difference(shares, expected) < 1e-6)
  }

  @Test("of equal distances, the lower row counts")
  func ties() throws {
    let rows: [Float] = [1, -1, 1, -1, 1]
    let train = FeatureTable(rows: rows, labels: [2, 0, 1, 0, 1], width: 1)
    func first(_ neighbours: Int) throws -> [Float] {
      try NeighbourClassifier(train, classes: 3, neighbours: neighbours).logits([0])[0].map {
        (exp($0) * Float(neighbours)).rounded()
      }
    }
    #expect(try first(1) == [0, 0, 1])
    #expect(try first(2) == [1, 0, 1])
    #expect(try first(3) == [1, 1, 1])
    #expect(try first(4) == [2, 1, 1])
    #expect(try first(5) == [2, 2, 1])
  }
}
