internal import PipelineDSL

/// Which cells of a run to run again, and how.
public struct ReplayRequest: Sendable {
  /// How many cells to run.
  public enum Sample: Sendable, Hashable {
    /// Every one.
    case all
    /// A fraction above 0 and up to 1; at least one cell.
    case fraction(Double)
    /// This many cells, or all if there are fewer.
    case count(Int)

    /// Reads `5%` or a whole number of at least 1; `nil` for other text.
    public init?(text: String) {
      if text.hasSuffix("%") {
        guard let percent = Double(text.dropLast()), percent > 0, percent <= 100 else { return nil }
        self = percent == 100 ? .all : .fraction(percent / 100)
      } else {
        guard let count = Int(text), count >= 1 else { return nil }
        self = .count(count)
      }
    }
  }

  /// How many cells to run.
  public var sample = Sample.all
  /// Selects the cells of a sample, together with the keys; the same seed selects the same cells.
  public var seed = 0
  /// Only cells of this stage.
  public var stage: String?
  /// How many cells may run at once.
  public var jobs: Int
  /// The machine to share out.
  public var machine: Machine
  /// The executable whose verb `worker` serves jobs.
  public var executable: String
  /// The environment of workers.
  public var environment: [String: String]

  /// A request for all cells of a run.
  public init(machine: Machine, executable: String, environment: [String: String]) {
    (self.machine, self.executable) = (machine, executable)
    self.environment = environment
    jobs = machine.processors
  }

  /// The indices of the chosen keys, in ascending order.
  ///
  /// Keys are ranked by a hash of the seed and the key, so that a choice can be repeated and does
  /// not depend on the order of the keys or, except for the last ones chosen, on their number.
  func choose(among keys: [Digest]) -> [Int] {
    let wanted: Int
    switch sample {
    case .all: return Array(keys.indices)
    case .fraction(let part): wanted = Int((part * Double(keys.count)).rounded(.up))
    case .count(let count): wanted = count
    }
    let lots = keys.map { Digest.of("\(seed) \($0.hex)") }
    return keys.indices.sorted { lots[$0] < lots[$1] }.prefix(wanted).sorted()
  }
}
