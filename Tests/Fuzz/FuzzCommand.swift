internal import Foundation

/// The command-line arguments and the commands they select.
enum FuzzCommand {
  static let help = """
    assay-fuzz [--format NAME ...] [--count N | --total N] [--seconds S] [--seed N] [--jobs N]
               [--limit S] [--out DIR] [--fixtures DIR]
        tests each format with N inputs (default 100000), or all together with N, or each for S
        seconds, and keeps in DIR (default .build/fuzz) every input that a parser failed at; exit
        code 1 if there is one
    assay-fuzz repeat NAME FILE ...
        tests files again, with a backtrace if one traps
    assay-fuzz --list
        lists the formats

    """

  static func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("assay-fuzz: \(text)\n".utf8))
    exit(2)
  }

  static func named(_ name: String) -> FuzzFormat {
    guard let found = (FuzzFormat.all + FuzzFormat.broken).first(where: { $0.name == name }) else {
      fail("there is no format '\(name)'; --list names them")
    }
    return found
  }

  /// Tests inputs in this process, on behalf of its overseer.
  static func testInputs(_ words: [String]) throws {
    guard words.count == 6, let seed = UInt64(words[1]), let count = Int(words[2]) else {
      fail("'test-inputs' is for internal use")
    }
    let format = named(words[0])
    let deadline = Double(words[3]).map { ProcessInfo.processInfo.systemUptime + $0 }
    var tester = InputTester(format, slot: try InputSlot(words[4], isNew: false))
    tester.run(
      seeds: try format.seeds(words[5]), seed: seed, count: count, until: deadline ?? .infinity)
  }

  /// Tests given files again.
  static func again(_ words: [String]) throws {
    guard words.count > 1 else { fail("repeat takes a format and files") }
    let slot = NSTemporaryDirectory() + "assay-fuzz-\(getpid())"
    defer { unlink(slot) }
    var tester = InputTester(named(words[0]), slot: try InputSlot(slot, isNew: true))
    for file in words.dropFirst() {
      let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
      print("\(file): \(tester.test(input).isTaken ? "taken" : "refused")")
    }
  }

  static func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Fuzzes formats and prints the results; returns the exit code.
  static func run(_ options: [String: [String]]) throws -> Int32 {
    func number(_ name: String, _ initial: Double) -> Double {
      guard let text = options[name]?.last else { return initial }
      guard let value = Double(text), (0...1e15).contains(value) else {
        fail("\(name) takes a number, not '\(text)'")
      }
      return value
    }
    let seconds = options["--seconds"].map { _ in number("--seconds", 0) }
    let formats = options["--format"]?.map(named) ?? FuzzFormat.all
    let count = Int(number("--count", seconds == nil ? 100_000 : 1e12))
    let counts =
      options["--total"] == nil
      ? Dictionary(formats.map { ($0.name, count) }) { $1 }
      : FuzzFormat.counts(of: Int(number("--total", 0)), over: formats)
    let overseer = Overseer(
      folder: options["--out"]?.last ?? ".build/fuzz",
      fixtures: options["--fixtures"]?.last ?? "Tests", seed: UInt64(number("--seed", 1)),
      counts: counts, seconds: seconds,
      limit: number("--limit", 5),
      jobs: max(1, Int(number("--jobs", Double(ProcessInfo.processInfo.activeProcessorCount)))))
    var (inputs, findings): (Int, [Overseer.Finding]) = (0, [])
    try overseer.run(formats) { summary in
      inputs += summary.inputs
      findings += summary.findings
      print(
        summary.format.padding(toLength: 12, withPad: " ", startingAt: 0)
          + column("\(summary.inputs) inputs, ", 18)
          + column("\(String(format: "%.1f", summary.seconds)) s, ", 10)
          + column("\(summary.taken) taken, ", 16) + column("\(summary.outcomes) outcomes, ", 16)
          + "most memory \(summary.mostMemory) B, \(summary.mostShare / 10) % of its bound; "
          + "sum \(String(summary.sum, radix: 16)), \(summary.findings.count) findings")
      for finding in summary.findings {
        print("  \(finding.reason)\n    assay-fuzz repeat \(finding.format) \(finding.file)")
      }
      fflush(nil)
    }
    print("\(inputs) inputs in all, \(findings.count) findings")
    return findings.isEmpty ? 0 : 1
  }

  /// Options by name, each with its values.
  static func options(_ words: [String]) -> [String: [String]] {
    let known = [
      "--format", "--count", "--total", "--seconds", "--seed", "--jobs", "--limit", "--out",
      "--fixtures",
    ]
    var options: [String: [String]] = [:]
    var rest = words[...]
    while let name = rest.popFirst() {
      guard known.contains(name) else { fail("there is no option '\(name)'\n\n" + help) }
      guard let value = rest.popFirst() else { fail("\(name) takes a value") }
      options[name, default: []].append(value)
    }
    return options
  }
}
