internal import PipelineDSL

/// The keys that each task of a batch computes: one line per task.
struct BatchTasks: Sendable, Hashable {
  static let name = "tasks"

  let keys: [[Digest]]
  /// The task that computes each key.
  private let tasks: [Digest: Int]

  init(_ keys: [[Digest]]) {
    self.keys = keys
    let pairs = keys.enumerated().flatMap { task, keys in keys.map { ($0, task) } }
    tasks = Dictionary(pairs) { first, _ in first }
  }

  /// Reads what `bytes` wrote.
  init(_ bytes: [UInt8]) {
    self.init(
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
        line.split(separator: " ").compactMap { Digest(hex: String($0)) }
      })
  }

  var bytes: [UInt8] {
    Array(keys.map { $0.map(\.hex).joined(separator: " ") + "\n" }.joined().utf8)
  }

  /// The task that computes a key.
  func task(of key: Digest) -> Int? { tasks[key] }
}
