internal import PipelineDSL
public import Statistics

/// What is compared inside one run: two values of an axis, and over what pairs are taken.
public struct ValueRequest: Sendable {
  /// The axis.
  public let axis: String
  /// The values: the differences are those of the second from the first.
  public let (first, second): (String, String)
  /// The axes over which cells are paired; empty for those that repeat experiments.
  public var paired: [String] = []
  /// The test.
  public var test = ComparisonTest.t
  /// Patterns of metrics, such as `test/*`; empty for checked and test metrics.
  public var metrics: [String] = []

  /// The confidence of intervals and verdicts.
  static let confidence = 0.95

  /// Reads `AXIS=VALUE,VALUE`.
  ///
  /// - Throws: `QueryError` if the text has another form.
  public init(_ text: String) throws(QueryError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    guard values.count == 2, values[0] != values[1] else {
      throw QueryError(
        "expected AXIS=VALUE,VALUE, such as augmentation=plain,mixup", in: text,
        at: parts.count == 2 ? parts[0].count + 1 : text.count)
    }
    (axis, first, second) = (parts[0], values[0], values[1])
  }

  /// The request as it is typed.
  var text: String { "\(axis)=\(first),\(second)" }
}
