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
      .replacing("recommend", with: "")
    return Self.avoided.keys.filter { lower.contains($0) }.sorted()
  }

  private func help(_ words: String...) throws -> String {
    let ending = try SpawnedProgram(words, in: NSTemporaryDirectory()).wait()
    try #require(ending.exit == 0, "\(ending.text)")
    return ending.output
  }

  private func verbs() throws -> [(name: String, summary: String)] {
    items(in: try help("--help"))
  }

  /// The indented items of a text, each with what is said about it, which may take several lines.
  private func items(in text: String) -> [(name: String, summary: String)] {
    var found: [(name: String, summary: String)] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("      "), let last = found.indices.last {
        found[last].summary += " " + line.trimmingCharacters(in: .whitespaces)
        found[last].summary = found[last].summary.trimmingCharacters(in: .whitespaces)
      } else if line.hasPrefix("  "), !line.hasPrefix("   ") {
        let parts = line.dropFirst(2).components(separatedBy: "  ").filter { !$0.isEmpty }
        found.append((parts[0], parts.dropFirst().joined().trimmingCharacters(in: .whitespaces)))
      }
    }
    return found
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
      for (option, help) in items(in: text) where option.hasPrefix("-") {
        #expect(help.first?.isUppercase != true || help.hasPrefix("JSON"), "\(verb.name) \(option)")
        #expect(!help.hasSuffix("."), "\(verb.name) \(option)")
        #expect(!help.isEmpty, "\(verb.name) \(option)")
        // Options shared by all verbs have the same description.
        if ["--json", "--results DIR", "--store DIR"].contains(option) {
          #expect(seen.updateValue(help, forKey: option) ?? help == help, "\(verb.name) \(option)")
        }
      }
    }
    #expect(seen.count == 3)
  }

  @Test("every line of help fits 80 columns; commands to copy are not broken")
  func helpFits() throws {
    var texts = [("assay", try help("--help")), ("stages", try help("stages"))]
    for verb in try verbs() { texts.append((verb.name, try help(verb.name, "--help"))) }
    for kind in try help("stages", "--format", "markdown").split(separator: "\n")
    where kind.hasPrefix("## `") {
      let name = String(kind.dropFirst(4).dropLast())
      texts.append((name, try help("stages", name)))
    }
    #expect(texts.count > 60)
    for (name, text) in texts {
      for line in text.split(separator: "\n") where line.count > 80 {
        let word = line.trimmingCharacters(in: .whitespaces)
        #expect(line.hasPrefix("  assay ") || !word.contains(" "), "\(name): \(line)")
      }
    }
  }

  @Test func helpNeedsNoArguments() throws {
    for verb in try verbs() {
      let text = try help(verb.name, "--help")
      #expect(text == (try help("help", verb.name)), "\(verb.name)")
      let examples = text.components(separatedBy: "\nExamples:\n  ")
      #expect(examples.last?.contains("assay \(verb.name)") == true, "\(verb.name)")
      #expect(examples.count == 2, "\(verb.name)")
    }
    // As the value of an option it is not a request for help.
    let ending = try SpawnedProgram(
      ["tag", "--results", "--help"], in: NSTemporaryDirectory()
    ).wait()
    #expect(ending.exit == 1 && ending.output.isEmpty, "\(ending.text)")
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
