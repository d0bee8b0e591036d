import Foundation
import TestSupport
import Testing

@testable import assay

struct ManualPageTests {
  @Test func pagesHaveTheSectionsOfHelp() throws {
    let page = ManualPage(.run).text
    for part in [
      ".TH ASSAY\\-RUN 1", ".SH NAME\nassay\\-run \\- run everything", ".SH OPTIONS\n",
      ".BI \"\\-S, \\-\\-set \" \"NAME=VALUE\"\n", ".SH EXAMPLES\n", ".SH EXIT STATUS\n",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(ManualPage.all.count == Verb.all.count + 1)
    for verb in Verb.all { #expect(ManualPage().text.contains("assay\\-\(verb.name) (1)")) }
  }

  @Test("formatters accept every page", arguments: ["mandoc", "groff"])
  func pagesAreValid(formatter: String) throws {
    let program = "/usr/bin/" + formatter
    guard FileManager.default.isExecutableFile(atPath: program) else {
      print("skipped: \(formatter) is not installed")
      return
    }
    let folder = try TemporaryFolder()
    let written = try SpawnedProgram(["man", "-o", folder.path], in: folder.path).wait()
    try #require(written.exit == 0, "\(written.text)")
    for page in ManualPage.all {
      let words =
        formatter == "mandoc"
        ? ["-T", "lint", "-W", "warning", page.fileName]
        : ["-man", "-ww", "-z", "-Tutf8", page.fileName]
      let ending = try SpawnedProgram(words, in: folder.path, program: program).wait()
      // An empty date is intended: the same program writes the same page.
      let problems = ending.text.split(separator: "\n").filter { !$0.contains("missing date") }
      #expect(problems.isEmpty, "\(page.fileName): \(problems)")
    }
  }
}
