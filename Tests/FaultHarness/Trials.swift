import Foundation
import PipelineDSL

/// What a kind of fault is tried with.
struct Laboratory {
  let executable: String
  let library: String
  /// The artifacts of a run that nothing disturbed, by cell and port.
  let reference: [String: String]
  /// How long such a run takes, in seconds.
  let seconds: Double
  /// How many calls such a run makes on files, by the list they are counted with; "" for all that
  /// change something.
  let calls: [String: Int]

  /// Measures an undisturbed run, and counts its calls as some kinds of fault need it.
  init(executable: String, library: String, for kinds: [any Trial.Type]) throws {
    (self.executable, self.library) = (executable, library)
    let subject = try Subject(executable: executable)
    defer { subject.remove() }
    let began = ProcessInfo.processInfo.systemUptime
    let ending = try subject.run(store: "results/store")
    seconds = ProcessInfo.processInfo.systemUptime - began
    try require(ending.exit == 0, "undisturbed, the pipeline fails:\n\(ending.text)")
    reference = try subject.artifacts()
    try subject.expect(reference, in: "results/store")
    var calls: [String: Int] = [:]
    for list in kinds.flatMap({ $0.callLists }) where calls[list] == nil {
      let counter = try FaultLibrary(library: library)
      let counted = try subject.run(
        store: "counted", ["-j", "1"],
        counter.counting(list.isEmpty ? nil : list, below: subject.folder))
      try require(counted.exit == 0, "while its calls were counted:\n\(counted.text)")
      try subject.expect(reference, in: "counted")
      calls[list] = counter.calls
      try FileManager.default.removeItem(atPath: subject.folder + "/counted")
    }
    self.calls = calls
  }
}

/// One kind of fault.
protocol Trial {
  /// How it is called on the command line.
  static var name: String { get }
  /// What it does, in a line.
  static var summary: String { get }
  /// The lists of calls that it chooses from, as `Laboratory.calls` has them.
  static var callLists: [String] { get }
  /// Tries one fault on a project; gives a word for what came of it, to be counted.
  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String
}

extension Trial {
  static var callLists: [String] { [] }
}

extension RandomStream {
  /// One of some values.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
