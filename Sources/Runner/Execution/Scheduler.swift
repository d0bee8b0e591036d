internal import PipelineDSL

/// Shares out the machine among running cells according to their resources.
struct Scheduler {
  /// The resources that a running cell holds.
  struct Share: Sendable, Hashable {
    let processors: Int
    let memory: Int
  }

  private let machine: Machine
  private let jobs: Int
  private var running: [Int: Share] = [:]
  /// Cells that may run, in descending order.
  private var ready: [Int] = []

  /// A scheduler that runs at most `jobs` cells at once.
  init(machine: Machine, jobs: Int) { (self.machine, self.jobs) = (machine, jobs) }

  var isIdle: Bool { running.isEmpty && ready.isEmpty }

  /// Adds a cell that may run; cells earlier in the pipeline go first.
  mutating func add(_ cell: Int) {
    var low = 0
    var high = ready.count
    while low < high {
      let middle = (low + high) / 2
      if ready[middle] > cell { low = middle + 1 } else { high = middle }
    }
    ready.insert(cell, at: low)
  }

  /// Removes and returns every cell that has not started.
  mutating func drain() -> [Int] {
    defer { ready = [] }
    return ready.reversed()
  }

  /// The next cell that fits, with its share; `nil` if none fits now.
  ///
  /// A cell that requests processors gets them, clamped to the machine. Any other cell gets an even
  /// share of the free ones among the cells that could start now. If nothing is running, a cell
  /// starts even if it does not fit, since no request exceeds the machine (`plan` checks that).
  mutating func next(_ resources: (Int) -> Resources) -> (cell: Int, share: Share)? {
    guard running.count < jobs, !ready.isEmpty else { return nil }
    let freeProcessors = machine.processors - running.values.reduce(0) { $0 + $1.processors }
    let freeMemory = machine.memory - running.values.reduce(0) { $0 + $1.memory }
    guard freeProcessors > 0 || running.isEmpty else { return nil }
    let rivals = min(ready.count, jobs - running.count)
    for offset in ready.indices.reversed().prefix(64) {
      let asked = resources(ready[offset])
      let even = max(1, freeProcessors / max(1, rivals))
      let processors = min(asked.cpus ?? even, machine.processors)
      let memory = asked.memory ?? 0
      guard running.isEmpty || (processors <= freeProcessors && memory <= freeMemory) else {
        continue
      }
      let share = Share(processors: processors, memory: memory)
      let cell = ready.remove(at: offset)
      running[cell] = share
      return (cell, share)
    }
    return nil
  }

  /// Releases a cell's share.
  mutating func release(_ cell: Int) { running[cell] = nil }
}
