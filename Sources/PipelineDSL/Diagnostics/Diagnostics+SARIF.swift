internal import Foundation

extension Diagnostics {
  /// A log in the format SARIF 2.1.0 (OASIS 2020), which code hosts and editors show.
  ///
  /// - Parameters:
  ///   - version: The version of the program.
  ///   - list: The problems; none for a valid pipeline.
  /// - Returns: The log.
  public static func sarif(version: String, _ list: [Diagnostic]) -> JSONValue {
    let codes = Set(list.map(\.code.rawValue)).sorted()
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "assay", "semanticVersion": .string(version),
              "rules": .array(codes.map { ["id": .string($0)] }),
            ]
          ],
          // A column counts characters, as an editor shows them.
          "columnKind": "unicodeCodePoints",
          "results": .array(
            list.map { result($0, rule: codes.firstIndex(of: $0.code.rawValue) ?? 0) }),
        ]
      ],
    ]
  }

  private static func result(_ problem: Diagnostic, rule: Int) -> JSONValue {
    var place: JSONObject = ["artifactLocation": ["uri": .string(uri(of: problem.file))]]
    if let position = problem.position {
      place["region"] = [
        "startLine": .integer(position.line), "startColumn": .integer(position.column),
      ]
    }
    var location: JSONObject = ["physicalLocation": .object(place)]
    if !problem.pointer.isEmpty {
      location["logicalLocations"] = [["fullyQualifiedName": .string(problem.pointer)]]
    }
    return [
      "ruleId": .string(problem.code.rawValue), "ruleIndex": .integer(rule), "level": "error",
      "message": ["text": .string(problem.sentence)], "locations": [.object(location)],
    ]
  }

  /// A reference by RFC 3986: relative as the file was named, or a `file` URI.
  private static func uri(of file: String) -> String {
    let path =
      file.addingPercentEncoding(withAllowedCharacters: unreserved) ?? file
    return path.hasPrefix("/") ? "file://" + path : path
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
}
