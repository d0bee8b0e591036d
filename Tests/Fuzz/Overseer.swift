internal import Foundation

/// Fuzzes formats, each in its own process; keeps every input that killed a process.
struct Overseer {
  /// An input on which a parser failed.
  struct Finding {
    let format: String
    let file: String
    let reason: String
  }

  /// The results of a format.
  struct Summary {
    let format: String
    var inputs = 0
    var taken = 0
    var outcomes = 0
    var mostMemory = 0
    var mostShare = 0
    var seconds = 0.0
    var sum: UInt64 = 0
    var findings: [Finding] = []
  }

  /// The number of findings after which a format is abandoned.
  private static let mostFindings = 10

  let folder: String
  let fixtures: String
  let seed: UInt64
  /// The number of inputs by format.
  let counts: [String: Int]
  /// The time limit of a format in seconds, if there is one.
  let seconds: Double?
  /// Processor seconds that one input may take.
  let limit: Double
  let jobs: Int

  /// Fuzzes formats, `jobs` at a time, and shows each one's summary as it ends.
  func run(_ formats: [FuzzFormat], show: (Summary) -> Void) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var waiting = formats[...]
    var running: [Watch] = []
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < jobs, let format = waiting.popFirst() {
        running.append(try start(format))
      }
      usleep(20_000)
      for index in running.indices.reversed() {
        guard let ending = running[index].ending(limit: limit) else { continue }
        let isDone = try settle(&running[index], ending)
        guard isDone else { continue }
        show(running[index].summary)
        running.remove(at: index)
      }
    }
  }

  private func start(_ format: FuzzFormat) throws -> Watch {
    let slot = try InputSlot("\(folder)/\(format.name).input", isNew: true)
    var watch = Watch(format: format, slot: slot, seconds: seconds)
    try spawn(&watch)
    return watch
  }

  private func spawn(_ watch: inout Watch) throws {
    let left = watch.secondsLeft.map { String($0) } ?? "none"
    // A process that continues after a finding creates different inputs than the one before it.
    let words = [
      "test-inputs", watch.format.name, String(seed &+ UInt64(watch.restarts) << 32),
      String(count(watch) - watch.summary.inputs), left, watch.slot.path, fixtures,
    ]
    try watch.spawn(words, log: logPath(watch.format.name))
  }

  private func count(_ watch: Watch) -> Int { counts[watch.format.name] ?? 0 }

  private func logPath(_ format: String) -> String { "\(folder)/\(format).log" }

  /// Handles the end of a process; returns whether its format is done.
  private func settle(_ watch: inout Watch, _ ending: Watch.Ending) throws -> Bool {
    watch.count()
    var isDone = true
    if let reason = ending.reason {
      let finding = try keep(watch, reason)
      watch.summary.findings.append(finding)
      isDone =
        watch.summary.findings.count >= Self.mostFindings || watch.summary.inputs >= count(watch)
        || watch.secondsLeft.map { $0 <= 0 } ?? false
    }
    guard isDone else {
      watch.restarts += 1
      try spawn(&watch)
      return false
    }
    unlink(watch.slot.path)
    if watch.summary.findings.isEmpty { unlink(logPath(watch.format.name)) }
    return true
  }

  /// Writes an input that killed a process to its own file.
  private func keep(_ watch: Watch, _ reason: String) throws -> Finding {
    let input = watch.slot.input
    var name: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in input { name = (name ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let file = "\(folder)/\(watch.format.name)-\(String(name, radix: 16)).bin"
    try Data(input).write(to: URL(fileURLWithPath: file))
    let log = (try? String(contentsOfFile: logPath(watch.format.name), encoding: .utf8)) ?? ""
    let said = log.split(separator: "\n").first { $0.contains("rror") || $0.contains("byte") }
    return Finding(
      format: watch.format.name, file: file, reason: reason + (said.map { ": \($0)" } ?? ""))
  }
}
