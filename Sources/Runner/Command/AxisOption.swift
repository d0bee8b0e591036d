internal import PipelineDSL

/// The option `--axis NAME=VALUES`: values separated by commas, ranges of whole numbers as
/// `1..5`, or a JSON array.
enum AxisOption {
  /// The largest number of values that a range stands for.
  private static let rangeLimit = 10_000

  /// The axes that a command line gives.
  static func axes(_ arguments: Arguments) throws(CommandError) -> AxisOverrides {
    var axes: [(name: String, values: [JSONValue])] = []
    for text in arguments.all("--axis") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw .usage("--axis takes NAME=VALUES, such as seed=1..5 or size=32,64, not '\(text)'")
      }
      axes.append((String(parts[0]), try values(String(parts[1]), of: String(parts[0]))))
    }
    return AxisOverrides(axes)
  }

  private static func values(
    _ text: String, of axis: String
  ) throws(CommandError) -> [JSONValue] {
    if text.hasPrefix("[") {
      guard let list = (try? JSONParser.parse(text))?.elements else {
        throw .usage("--axis \(axis): not a JSON array: '\(text)'")
      }
      return list
    }
    var values: [JSONValue] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard !word.isEmpty else { throw .usage("--axis \(axis): a value is empty in '\(text)'") }
      if let range = try range(word, of: axis) {
        values += range
      } else {
        // Valid JSON is taken as JSON and other text as a string, as for --set.
        values.append((try? JSONParser.parse(word)) ?? .string(word))
      }
    }
    return values
  }

  /// The numbers of a range such as `1..5`; `nil` if the word is not one.
  private static func range(
    _ word: String, of axis: String
  ) throws(CommandError) -> [JSONValue]? {
    guard let dots = word.firstRange(of: ".."), let first = Int(word[..<dots.lowerBound]),
      let last = Int(word[dots.upperBound...])
    else { return nil }
    guard first <= last else {
      throw .usage("--axis \(axis): the range '\(word)' is empty; write \(last)..\(first)")
    }
    guard last.subtractingReportingOverflow(first).partialValue < rangeLimit,
      !last.subtractingReportingOverflow(first).overflow
    else { throw .usage("--axis \(axis): '\(word)' has more than \(rangeLimit) values") }
    return (first...last).map { .integer($0) }
  }
}
