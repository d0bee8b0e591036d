import Foundation
import PipelineDSL

/// Garbage collections in turn while a run uses the store, and SIGKILL to either.
enum CollectionTrial: Trial {
  static let name = "collections"
  static let summary = "garbage collections during a run, and SIGKILL to them, the run or both"

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let store = "stores/\(number)"
    // An earlier run with other random numbers: partly garbage, partly what the next run uses.
    let earlier = try subject.run(store: store, ["--set", "seed=\(100 + number)"])
    try require(earlier.exit == 0, "before any fault:\n\(earlier.text)")
    // Without a grace period even what was just computed is garbage if nobody needs it.
    let hasGrace = draws.below(2) == 0
    let words = ["--keep", "1", "--grace", hasGrace ? "1h" : "0"]
    let killsRun = draws.below(2) == 0
    let run = try subject.start(store: store, ["-j", draws.pick(["1", "2"])])
    let moment = ProcessInfo.processInfo.systemUptime + draws.uniform() * laboratory.seconds
    var (met, collections, killedCollections) = (0, 0, 0)
    while !run.session.isEmpty {
      let collection = try subject.collect(store: store, words)
      collections += 1
      if draws.below(2) == 0 {
        usleep(UInt32(draws.below(60_000)))
        if kill(collection.process, SIGKILL) == 0 { killedCollections += 1 }
      }
      let ending = try collection.wait()
      try require(
        [0, 128 + SIGKILL].contains(ending.exit),
        "a collection ended with \(ending.exit):\n\(ending.text)")
      if killsRun, met == 0, ProcessInfo.processInfo.systemUptime > moment {
        met = KillTrial.strike("all", of: run, &draws).killed
      }
    }
    let ending = try run.wait()
    try require(
      ending.exit == 0 || met > 0,
      "without a fault, the run ended with \(ending.exit):\n\(ending.text)")
    if met == 0 { try subject.expect(laboratory.reference, in: store) }
    try subject.expectRecovery(
      laboratory.reference, in: store, done: met == 0 || hasGrace ? Set(ending.done) : [])
    let last = try subject.collect(store: store, words).wait()
    try require(last.exit == 0, "the last collection ended with \(last.exit):\n\(last.text)")
    try subject.expect(laboratory.reference, in: store)
    return (met > 0 ? "the run" : "not the run")
      + (killedCollections > 0 ? " and a collection" : "")
      + (hasGrace ? ", with a grace period" : ", without a grace period")
  }
}
