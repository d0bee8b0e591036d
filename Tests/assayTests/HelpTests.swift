import Foundation
import TestSupport
import Testing

/// Checks the form of help and the generated docs: see "Style" in CONTRIBUTING.md.
struct HelpTests {
  /// Words and phrases that read as translated, each with what to say instead.
  static let avoided = [
    "anew": "again", "a row a ": "one row per", "a line a ": "one line per", "is none": "is not a",
    "is no ": "is not a", "mend": "hint", "twin": "cells with the same key", "judge": "predict",
    "are had": "where to get", "slope": "gradient", "in front of": "before", "behind": "after",
    "stands in": "is part of", "one word too many": "unexpected argument", "goes on": "continues",
    "go on": "continue", "at most so": "maximum", "for want of": "because ... is missing",
    "whatever": "any", "in place of": "instead of", "lay out": "copy",
    "from begin to end": "wall-clock time", "epochs at most": "maximum number of epochs",
  ]

  private func problems(of text: String) -> [String] {
    // The name of a kind is not prose.
    let lower = text.lowercased().replacing("judge-explanations", with: "")
    return Self.avoided.keys.filter { lower.contains($0) }.sorted()
  }

  private func help(_ words: String...) throws -> String {
    let ending = try SpawnedProgram(words, in: NSTemporaryDirectory()).wait()
    try #require(ending.exit == 0, "\(ending.text)")
    return ending.output
  }

  private func verbs() throws -> [(name: String, summary: String)] {
    try help("--help").split(separator: "\n").filter { $0.hasPrefix("  ") }.map { line in
      let words = line.dropFirst(2).split(separator: " ", maxSplits: 1)
      return (String(words[0]), words[1].trimmingCharacters(in: .whitespaces))
    }
  }

  @Test func summariesAreSentences() throws {
    let verbs = try verbs()
    #expect(verbs.count > 20)
    for verb in verbs {
      #expect(verb.summary.first?.isUppercase == true, "\(verb)")
      #expect(verb.summary.hasSuffix("."), "\(verb)")
      #expect(problems(of: verb.summary) == [], "\(verb)")
    }
  }

  @Test func optionsAreNounPhrases() throws {
    var seen: [String: String] = [:]
    for verb in try verbs() {
      let text = try help(verb.name, "--help")
      #expect(problems(of: text) == [], "\(verb.name)")
      for line in text.split(separator: "\n") where line.hasPrefix("  -") {
        let parts = line.dropFirst(2).components(separatedBy: "  ").filter { !$0.isEmpty }
        let option = parts[0]
        let help = parts[1...].joined().trimmingCharacters(in: .whitespaces)
        #expect(help.first?.isUppercase != true || help.hasPrefix("JSON"), "\(verb.name) \(line)")
        #expect(!help.hasSuffix("."), "\(verb.name) \(line)")
        #expect(line.count <= 130, "\(verb.name) \(line)")
        // Options shared by all verbs have the same description.
        if ["--json", "--results DIR", "--store DIR"].contains(option) {
          #expect(seen.updateValue(help, forKey: option) ?? help == help, "\(verb.name) \(option)")
        }
      }
    }
  }

  @Test func stageKindsAndParametersHaveTheRightForm() throws {
    let page = try help("stages", "--format", "markdown")
    #expect(problems(of: page) == [])
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let what = line.split(separator: "|").last?.trimmingCharacters(in: .whitespaces) ?? ""
      #expect(!what.hasSuffix("."), "\(line)")
      let first = what.prefix { $0.isLetter }
      #expect(
        first.first?.isUppercase != true || first.dropFirst().contains { $0.isUppercase }
          || ["Integrated", "Otsu", "Adam", "Grad"].contains(String(first)), "\(line)")
    }
  }

  @Test func docsAvoidTheSamePhrases() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Repository.path("docs"))
      .sorted()
    where name.hasSuffix(".md") {
      let text = try String(contentsOfFile: Repository.path("docs/" + name), encoding: .utf8)
      #expect(problems(of: text) == [], "docs/\(name)")
    }
    let readme = try String(contentsOfFile: Repository.path("README.md"), encoding: .utf8)
    #expect(problems(of: readme) == [], "README.md")
  }
}
