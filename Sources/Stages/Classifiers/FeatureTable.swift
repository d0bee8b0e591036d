/// Feature vectors with their labels.
public struct FeatureTable: Sendable {
  /// The features, row-major: `count` x `width`.
  public var rows: [Float]

  /// The class of each row, from 0.
  public var labels: [Int]

  /// The number of features of a row.
  public let width: Int

  /// The number of rows.
  public var count: Int { labels.count }

  /// Creates a table; `Classifiers.fit` checks that the sizes agree.
  public init(rows: [Float], labels: [Int], width: Int) {
    self.rows = rows
    self.labels = labels
    self.width = width
  }

  /// The classes that occur, in ascending order.
  var presentClasses: [Int] { Set(labels).sorted() }

  /// Throws if the sizes disagree, a label is not below `classes`, or a feature is not finite.
  func check(_ name: String, classes: Int) throws(ClassifierError) {
    guard width > 0, width <= Int(Int32.max) - 1, rows.count == labels.count * width else {
      throw ClassifierError(
        "the \(name) rows have \(rows.count) numbers, which is not \(count) rows of \(width)")
    }
    guard count <= Int(Int32.max) else {
      throw ClassifierError("there are \(count) \(name) rows, more than \(Int32.max)")
    }
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw ClassifierError(
        "\(name) row \(row) has class \(labels[row]), which is not below \(classes)")
    }
    _ = try RowCheck.count(rows, width: width, name: "\(name) row")
  }
}

/// What every classifier demands of rows.
enum RowCheck {
  /// The number of rows; throws if they are not whole or a feature is not finite.
  static func count(
    _ rows: [Float], width: Int, name: String = "row"
  ) throws(ClassifierError) -> Int {
    guard rows.count.isMultiple(of: width) else {
      throw ClassifierError(
        "\(rows.count) features are not whole rows of \(width)",
        hint: "use features of the width the classifier was fitted with")
    }
    if let place = rows.firstIndex(where: { !$0.isFinite }) {
      throw ClassifierError(
        "feature \(place % width) of \(name) \(place / width) is \(rows[place]), not a finite number",
        hint: "look for very large weights or a diverged training in the stage before")
    }
    return rows.count / width
  }
}
