import Foundation
import TestSupport

/// The `console` blocks of a page: commands after `$ `, continued after `> `, and their output.
///
/// `...` stands for any text of a line, and alone for any lines. Ids of runs, times and numbers of
/// threads may differ. A command exits with 0 unless a comment says `# exit code N`.
struct ConsoleSession {
  /// A command with its expected output.
  struct Step {
    var line: Int
    var command: String
    var output: [String] = []

    /// The exit code that the command's comment names.
    var exit: Int32 {
      guard let place = command.range(of: "# exit code ") else { return 0 }
      return Int32(command[place.upperBound...].prefix { $0.isNumber }) ?? 0
    }
  }

  private(set) var steps: [Step] = []

  /// Reads the blocks of a page in Markdown.
  init(page: String) {
    var isInside = false
    for (index, line) in page.components(separatedBy: "\n").enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        steps.append(Step(line: index + 1, command: String(line.dropFirst(2))))
      } else if isInside, !steps.isEmpty {
        let last = steps.count - 1
        if line.hasPrefix("> "), steps[last].output.isEmpty {
          steps[last].command += "\n" + line.dropFirst(2)
        } else {
          steps[last].output.append(line)
        }
      }
    }
  }

  /// A shell script that runs the steps for which `runs` is true, each after a line with a mark.
  func script(mark: String, where runs: (Step) -> Bool) -> String {
    steps.indices.filter { runs(steps[$0]) }.map {
      "printf '\\n\(mark) %s\\n' \($0)\n\(steps[$0].command)\nprintf '\\n\(mark) exit %s\\n' $?\n"
    }.joined()
  }

  /// The output and exit code of each step by its index, from the output of the script.
  static func endings(of output: String, mark: String) -> [Int: (output: [String], exit: Int32)] {
    var endings: [Int: (output: [String], exit: Int32)] = [:]
    var current: Int?
    for part in output.components(separatedBy: "\n\(mark) ").dropFirst() {
      let (head, rest) = part.split(separator: "\n", maxSplits: 1).firstAndRest
      if head.hasPrefix("exit ") {
        if let current { endings[current]?.exit = Int32(head.dropFirst(5)) ?? -1 }
      } else if let index = Int(head) {
        current = index
        var lines = rest.components(separatedBy: "\n")
        while lines.last == "" { lines.removeLast() }
        endings[index] = (lines, -1)
      }
    }
    return endings
  }

  // MARK: Comparison

  /// The first expected line that the output lacks; `nil` if the output is as expected.
  static func mismatch(expected: [String], actual: [String]) -> String? {
    var expected = expected.map(normalised)[...]
    while expected.last == "" { expected.removeLast() }
    var actual = actual.map(normalised)[...]
    while let line = expected.popFirst() {
      if line == "..." {
        guard let next = expected.first else { return nil }
        guard let place = actual.firstIndex(where: { matches($0, next) }) else { return next }
        actual = actual[place...]
      } else {
        guard let found = actual.popFirst(), matches(found, line) else { return line }
      }
    }
    return actual.isEmpty ? nil : "(end)"
  }

  /// A line without what differs from one run to another.
  static func normalised(_ line: String) -> String {
    var line = line
    while line.last?.isWhitespace == true { line.removeLast() }
    return
      line
      .replacing(/\d{8}-\d{6}-[0-9a-f]{6}/, with: "RUN")
      .replacing(/\b\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?/, with: "TIME")
      .replacing(/\b\d+ threads?\b/, with: "THREADS")
  }

  /// Whether a line is as expected; `...` stands for any text.
  private static func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "...")
    guard parts.count > 1 else { return line == pattern }
    guard line.hasPrefix(parts[0]), line.hasSuffix(parts[parts.count - 1]) else { return false }
    var rest = line.dropFirst(parts[0].count).dropLast(parts[parts.count - 1].count)[...]
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.range(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return line.count >= parts[0].count + parts[parts.count - 1].count
  }
}

extension [Substring] {
  /// The first element and the second, empty if there is none.
  fileprivate var firstAndRest: (String, String) {
    (first.map(String.init) ?? "", count > 1 ? String(self[1]) : "")
  }
}
