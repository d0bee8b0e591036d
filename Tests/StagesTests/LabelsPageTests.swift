import Foundation
import PipelineDSL
import Testing

@testable import Stages

/// Holds docs/labels.md to the tables in the program.
@Suite struct LabelsPageTests {
  private let page: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    page = try String(contentsOf: root.appendingPathComponent("docs/labels.md"), encoding: .utf8)
  }

  @Test(arguments: LabelScheme.allCases.filter { $0 != .custom })
  func sectionHasTheTableOfItsScheme(_ scheme: LabelScheme) throws {
    let table = try CSVTable(parsing: scheme.bytes)
    #expect(table.columns == ["label", "native", "source", "note"])
    #expect(table.rows.allSatisfy { $0[2].isEmpty }, "the page has no column for sources")
    let lines = table.rows.map { "| \($0[0]) | \($0[1]) | \($0[3]) |\n" }
    let section =
      "## \(scheme.rawValue)\n\n| label | native label | data sets |\n|---|---|---|\n"
      + lines.joined()
    #expect(page.contains(section + "\n") || page.hasSuffix(section), "expected:\n\(section)")
  }

  @Test func pageHasASectionForEveryScheme() {
    let names = page.components(separatedBy: "\n## ").dropFirst().map { text in
      String(text.prefix { $0 != "\n" })
    }
    #expect(
      names == ["Own labels"] + LabelScheme.allCases.map(\.rawValue).filter { $0 != "custom" })
  }
}
