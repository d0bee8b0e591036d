internal import Foundation

/// The rules of the style sheet that colour drawings, with the light colours filled in.
enum ChartStyle {
  /// The section `charts` of the style sheet as a drawing needs it outside a page.
  static var light: HTML {
    HTML.asset(Array(light(String(decoding: PackageResources.report_css, as: UTF8.self)).utf8))
  }

  /// The rules for `.chart` of a style sheet, without variables.
  ///
  /// The variables are those of its first rule for `:root`, which are the light colours.
  static func light(_ sheet: String) -> String {
    guard let root = sheet.range(of: ":root {"),
      let end = sheet.range(of: "}", range: root.upperBound..<sheet.endIndex)
    else { return "" }
    var rules = sheet.split(separator: "\n").filter { $0.hasPrefix(".chart") }
      .joined(separator: "\n")
    for declaration in sheet[root.upperBound..<end.lowerBound].split(separator: ";") {
      let parts = declaration.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = parts[0].trimmingCharacters(in: .whitespacesAndNewlines)
      let value = parts[1].trimmingCharacters(in: .whitespacesAndNewlines)
      rules = rules.replacingOccurrences(of: "var(\(name))", with: value)
    }
    return rules
  }
}
