import Foundation
import PipelineDSL

/// Runs trials and counts their outcomes.
struct TrialRunner {
  private let laboratory: Laboratory
  private let seed: UInt64
  /// The number of trials that share a record, so that it accumulates runs.
  private static let together = 20

  init(
    executable: String, library: String, seed: UInt64, for kinds: [any Trial.Type]
  ) throws {
    for file in [executable, library] {
      try require(
        FileManager.default.fileExists(atPath: file), "\(file) is missing; build everything first")
    }
    self.seed = seed
    laboratory = try Laboratory(executable: executable, library: library, for: kinds)
    say(
      "seed \(seed): an undisturbed run takes \(Self.seconds(laboratory.seconds))"
        + (laboratory.calls[""].map { " and \($0) calls that change files" } ?? ""))
  }

  /// Tries one kind of fault; returns whether all requirements held.
  func run(_ kind: any Trial.Type, count: Int, from: Int) -> Bool {
    let began = ProcessInfo.processInfo.systemUptime
    var outcomes: [String: Int] = [:]
    var failures = 0
    var subject: Subject?
    for number in from..<from + count {
      do {
        if (number - from).isMultiple(of: Self.together) {
          subject?.remove()
          subject = try Subject(executable: laboratory.executable)
        }
        guard let subject else { break }
        var draws = RandomStream(
          seed: seed, kind: kind.name, sample: String(number), purpose: "fault")
        let outcome = try kind.run(number, subject, laboratory, &draws)
        outcomes[outcome, default: 0] += 1
        try? FileManager.default.removeItem(atPath: "\(subject.folder)/stores/\(number)")
      } catch {
        failures += 1
        let words = "--seed \(seed) --from \(number) --count 1"
        say("FAILED \(kind.name) \(number) (fault-harness \(kind.name) \(words)): \(error)")
        if let subject { say("  its folder is kept: \(subject.folder)") }
        // The next trials get a record that this one did not touch.
        subject = try? Subject(executable: laboratory.executable)
        if failures == 10 { break }
      }
    }
    subject?.remove()
    let seconds = ProcessInfo.processInfo.systemUptime - began
    let counts = outcomes.sorted { $0.key < $1.key }.map { "  \($0.value)  \($0.key)" }
    say("\(kind.name): \(count) tried in \(Self.seconds(seconds)), \(failures) failed")
    if !counts.isEmpty { say(counts.joined(separator: "\n")) }
    return failures == 0
  }

  private static func seconds(_ seconds: Double) -> String {
    "\((seconds * 100).rounded() / 100) s"
  }
}

/// Prints a line immediately, even to a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
