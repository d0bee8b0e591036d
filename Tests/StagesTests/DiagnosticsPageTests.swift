import Foundation
import PipelineDSL
import Testing

@testable import Stages

/// Checks docs/diagnostics.md: each code has a section, whose example produces its message.
@Suite struct DiagnosticsPageTests {
  /// A section of the page.
  private struct Section {
    let code: String
    let arguments: [Substring]
    let example: String
    let message: String
  }

  private let sections: [Section]

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/diagnostics.md"), encoding: .utf8)
    sections = try page.components(separatedBy: "\n## ").dropFirst().map { text in
      let parts = text.components(separatedBy: "```")
      try #require(parts.count == 5, "a section has an example and a message: \(text)")
      let lines = parts[1].split(separator: "\n", maxSplits: 1)
      return Section(
        code: String(text.prefix { $0 != "\n" }),
        arguments: lines[0].split(separator: " ").dropFirst().map { $0 },
        example: lines[1] + "",
        message: parts[3].dropFirst("text\n".count).trimmingCharacters(in: .newlines))
    }
  }

  @Test func everyCodeHasASectionAndEverySectionACode() {
    #expect(sections.map(\.code) == DiagnosticCode.allCases.map(\.rawValue))
  }

  @Test func everyExampleProducesItsMessage() throws {
    for section in sections {
      var overrides: [(name: String, value: JSONValue)] = []
      if section.arguments.first == "--set", let setting = section.arguments.last {
        let parts = setting.split(separator: "=").map(String.init)
        overrides.append((parts[0], try JSONParser.parse(parts[1])))
      }
      let error = #expect(throws: Diagnostics.self) {
        if section.arguments.first == "profile" {
          _ = try ProfileReader.read(Array(section.example.utf8), file: "profile.json")
          return
        }
        _ = try PipelineResolver.resolve(
          bytes: Array(section.example.utf8), file: "pipeline.json", overrides: overrides,
          catalogue: StageCatalogue.all)
      }
      #expect(error?.description == section.message, "\(section.code)")
      #expect(error?.list.contains { $0.code.rawValue == section.code } == true, "\(section.code)")
    }
  }
}
