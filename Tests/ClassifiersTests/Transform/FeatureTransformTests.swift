import Testing

@testable import Classifiers

/// Standardisation and principal components, compared with scikit-learn (transform.py).
@Suite struct FeatureTransformTests {
  /// The rows of transform.py: feature 3 is 20 times as large, feature 5 is constant.
  private func rows(_ count: Int, _ width: Int, salt: Int) -> [Float] {
    var rows = table(count, width, classes: 4, salt: salt).rows
    for row in 0..<count {
      rows[row * width + 3] *= 20
      rows[row * width + 5] = 0.1
    }
    return rows
  }

  private static let sizes = [(60, 8), (12, 40)]

  @Test("results agree with scikit-learn for tall and wide tables", arguments: sizes)
  func scikitLearn(count: Int, width: Int) throws {
    let cases = try fixture("transform.json", as: [String: [Double]].self)
    let forms = [
      ("standardised", true, nil), ("components", false, 4), ("both", true, 4 as Int?),
    ]
    for (name, standardise, components) in forms {
      let transform = try FeatureTransform(
        fitting: rows(count, width, salt: 1), width: width, standardise: standardise,
        components: components)
      #expect(transform.outputWidth == components ?? width)
      let found = transform.apply(rows(3, width, salt: 2)).map(Double.init)
      let expected = try #require(cases["\(name) \(count) x \(width)"])
      #expect(difference(found, expected) < 1e-5, "\(name)")
    }
  }

  @Test("the file is read back exactly", arguments: [true, false], [nil, 1, 5] as [Int?])
  func roundTrip(standardise: Bool, components: Int?) throws {
    let train = rows(30, 8, salt: 1)
    func fitted() throws -> FeatureTransform {
      try FeatureTransform(
        fitting: train, width: 8, standardise: standardise, components: components)
    }
    let transform = try fitted()
    let bytes = transform.bytes()
    #expect(try fitted().bytes() == bytes)
    let loaded = try FeatureTransform(bytes)
    #expect(loaded.bytes() == bytes)
    #expect(loaded.apply(train) == transform.apply(train))
    #expect(loaded.width == 8 && loaded.outputWidth == components ?? 8)
    // A row alone gives the same numbers.
    let width = transform.outputWidth
    #expect(
      transform.apply(Array(train[16..<24])) == Array(transform.apply(train)[2 * width..<3 * width])
    )
    for length in 0..<bytes.count {
      #expect(throws: ClassifierError.self) { _ = try FeatureTransform(Array(bytes[..<length])) }
    }
    #expect(throws: ClassifierError.self) { _ = try FeatureTransform(bytes + [0]) }
  }

  @Test("no changed byte of a file makes it crash")
  func changedBytes() throws {
    let train = rows(30, 8, salt: 1)
    let bytes = try FeatureTransform(
      fitting: train, width: 8, standardise: true, components: 3
    ).bytes()
    for place in bytes.indices {
      for value in [0, 1, 127, 128, 255] as [UInt8] {
        var damaged = bytes
        damaged[place] = value
        do throws(ClassifierError) {
          let transform = try FeatureTransform(damaged)
          #expect(transform.apply(train).count == 30 * transform.outputWidth)
        } catch {
          #expect(error.reason.contains("transform.bin"))
        }
      }
    }
  }

  @Test("pulling back is the transpose of applying", arguments: [true, false], [nil, 3] as [Int?])
  func pullBack(standardise: Bool, components: Int?) throws {
    let transform = try FeatureTransform(
      fitting: rows(30, 8, salt: 1), width: 8, standardise: standardise, components: components)
    let gradient = formula(transform.outputWidth, salt: 4)
    let pulled = transform.pullBack(gradient)
    let row = rows(1, 8, salt: 2)
    let before = transform.apply(row)
    for feature in 0..<8 {
      var moved = row
      moved[feature] += 1
      let change = zip(zip(transform.apply(moved), before), gradient).reduce(0) {
        $0 + ($1.0.0 - $1.0.1) * $1.1
      }
      #expect(abs(change - pulled[feature]) < 1e-4)
    }
  }

  @Test("components that do not exist are refused")
  func refusals() throws {
    func reason(_ rows: [Float], _ width: Int, _ components: Int?) -> String {
      let error = #expect(throws: ClassifierError.self) {
        _ = try FeatureTransform(
          fitting: rows, width: width, standardise: true, components: components)
      }
      return error?.description ?? ""
    }
    let tall = rows(30, 8, salt: 1)
    #expect(reason(tall, 8, 9).contains("ask for 1 to 8"))
    #expect(reason(tall, 8, 0).contains("ask for 1 to 8"))
    // One feature is constant.
    #expect(reason(tall, 8, 8).contains("ask for at most 7"))
    #expect(reason(rows(6, 40, salt: 1), 40, 6).contains("ask for 1 to 5"))
    #expect(reason([1, 2, 3], 3, 1).contains("there must be two rows"))
    #expect(reason([Float](repeating: 2, count: 12), 3, 1).contains("only 0 principal"))
    #expect(reason([1, .nan, 3, 4], 2, nil).contains("feature 1 of training row 0"))
    #expect(reason([], 2, nil).contains("no training rows"))
    #expect(reason([1, 2, 3], 2, nil).contains("whole rows of 2"))
  }

  @Test("wide and tall ways find the same components")
  func bothWays() throws {
    // As many rows as features: covariance; one row fewer, repeated to tell apart only the way.
    let square = rows(9, 9, salt: 1)
    let tall = try FeatureTransform(
      fitting: square, width: 9, standardise: false, components: 3)
    var padded: [Float] = []
    for row in 0..<9 { padded += square[row * 9..<(row + 1) * 9] + [0.5] }
    let wide = try FeatureTransform(
      fitting: padded, width: 10, standardise: false, components: 3)
    let (found, expected) = (wide.apply(padded), tall.apply(square))
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
