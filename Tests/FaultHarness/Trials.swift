import Foundation
import PipelineDSL

/// What the trials of a kind of fault use.
struct Laboratory {
  let executable: String
  let library: String
  /// The artifacts of an undisturbed run, by cell and port.
  let reference: [String: String]
  /// The duration of an undisturbed run, in seconds.
  let seconds: Double
  /// The number of calls on files in an undisturbed run, by the list of calls counted; "" stands
  /// for all calls that change something.
  let calls: [String: Int]

  /// Measures an undisturbed run, and counts the calls that the kinds of fault need.
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
  /// The name on the command line.
  static var name: String { get }
  /// A one-line summary.
  static var summary: String { get }
  /// The lists of calls that it chooses from, as in `Laboratory.calls`.
  static var callLists: [String] { get }
  /// Tries one fault on a project; returns a short description of the outcome, to be counted.
  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String
}

extension Trial {
  static var callLists: [String] { [] }
}

extension RandomStream {
  /// Picks one of the given values.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
