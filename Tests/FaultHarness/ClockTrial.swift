import Foundation
import PipelineDSL
import Store

/// The wall clock is wrong, or jumps at every reading.
enum ClockTrial: Trial {
  static let name = "clock"
  static let summary = "the wall clock is years fast or slow, or jumps"

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let store = "stores/\(number)"
    let clocks = ["-86400", "86400", "-1790000000", "3155760000", "jump", "-3600", "2"]
    let clock = clocks[number % clocks.count]
    let wrong = FaultLibrary.clock(clock, library: laboratory.library)
    let ending = try subject.run(store: store, [], wrong)
    do {
      try require(ending.exit == 0, "it ended with \(ending.exit):\n\(ending.text)")
      try subject.expect(laboratory.reference, in: store)
      // A file that changes while the clock is wrong is recognised as changed, by either clock.
      let name = "images/red/\(draws.below(6)).png"
      let before = [UInt8](
        FileManager.default.contents(atPath: subject.folder + "/" + name) ?? Data())
      try subject.write(try Subject.image(kind: 0, number: 100 + number), to: name)
      let changed = try subject.run(store: store, [], draws.below(2) == 0 ? wrong : [:])
      try require(changed.exit == 0, "with a changed file it ended so:\n\(changed.text)")
      try require(
        try subject.statuses()["source"] == .executed,
        "\(name) changed, and the change was not detected")
      try subject.write(before, to: name)
      try subject.expectRecovery(laboratory.reference, in: store, done: Set(ending.done))
    } catch {
      throw FaultHarnessError("clock \(clock): \(error)")
    }
    return clock
  }
}
