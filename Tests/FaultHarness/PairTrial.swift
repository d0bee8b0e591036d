import Foundation
import PipelineDSL

/// Two runs at once on one store and one record, and SIGKILL at a random moment to either, or both.
enum PairTrial: Trial {
  static let name = "pairs"
  static let summary = "SIGKILL to parts of two runs at once on one store and one record"

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let store = "stores/\(number)"
    var runs = [try subject.start(store: store, ["-j", draws.pick(["1", "2"])])]
    // The second run starts at the same moment, or when the first is under way.
    usleep(UInt32(draws.pick([0, draws.uniform() * 0.7]) * laboratory.seconds * 1e6))
    runs.append(try subject.start(store: store, ["-j", draws.pick(["1", "2"])]))
    usleep(UInt32(draws.uniform() * laboratory.seconds * 1.2 * 1e6))
    let isBoth = draws.below(5) == 0
    let drawn = isBoth ? "all" : draws.pick(["coordinator", "worker", "workers", "all"])
    let first = draws.below(2)
    var (victim, killed) = KillTrial.strike(drawn, of: runs[first], &draws)
    if isBoth { killed += KillTrial.strike(drawn, of: runs[1 - first], &draws).killed }
    let endings = try runs.map { try $0.wait() }
    for ending in endings {
      try require(
        [0, 1, 128 + SIGKILL].contains(ending.exit),
        "a run ended with \(ending.exit):\n\(ending.text)")
    }
    // Nobody learns of a failure from a run whose coordinator died, so the other computes everything.
    let other = endings[1 - first]
    if !isBoth, killed == 0 || ["coordinator", "all"].contains(victim) {
      try require(other.exit == 0, "the other run ended with \(other.exit):\n\(other.text)")
    }
    if number.isMultiple(of: 2) { try subject.inspectRecord() }
    try subject.expectRecovery(
      laboratory.reference, in: store, done: Set(endings.flatMap(\.done)))
    guard killed > 0 else { return "nothing was left to kill" }
    if isBoth { return "both runs" }
    victim = victim == "all" ? "one run" : "\(victim) of one run"
    return other.exit == 0 ? "\(victim), and the other completed" : "\(victim)"
  }
}
