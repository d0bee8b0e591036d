internal import PipelineDSL

/// Plays a run through the scheduler with expected times instead of jobs.
struct ScheduleSimulation {
  /// A cell of the run.
  struct Item {
    let cell: Int
    /// The cells of the run that it needs.
    let needs: Set<Int>
    let resources: Resources
    /// Peak memory in bytes.
    let memory: Double
    /// The wall-clock time in seconds with a number of processors.
    let seconds: (_ processors: Int) -> Double
  }

  /// The wall-clock time of the run in seconds.
  private(set) var seconds = 0.0
  /// The largest sum of the memory of cells that run at the same time, in bytes.
  private(set) var memory = 0.0

  /// Plays the given cells on a machine, at most `jobs` at once.
  init(_ items: [Item], machine: Machine, jobs: Int) {
    let byCell = Dictionary(items.map { ($0.cell, $0) }) { first, _ in first }
    var missing: [Int: Int] = [:]
    var dependents: [Int: [Int]] = [:]
    var scheduler = Scheduler(machine: machine, jobs: jobs)
    for item in items {
      missing[item.cell] = item.needs.count
      for need in item.needs { dependents[need, default: []].append(item.cell) }
      if item.needs.isEmpty { scheduler.add(item.cell) }
    }
    var running: [(cell: Int, end: Double, memory: Double)] = []
    while true {
      while let (cell, share) = scheduler.next({ byCell[$0]?.resources ?? Resources() }) {
        guard let item = byCell[cell] else { continue }
        running.append((cell, seconds + item.seconds(share.processors), item.memory))
        memory = max(memory, running.reduce(0) { $0 + $1.memory })
      }
      guard
        let first = running.indices.min(by: {
          (running[$0].end, running[$0].cell) < (running[$1].end, running[$1].cell)
        })
      else { return }
      let done = running.remove(at: first)
      seconds = done.end
      scheduler.release(done.cell)
      for dependent in dependents[done.cell] ?? [] {
        missing[dependent, default: 0] -= 1
        if missing[dependent] == 0 { scheduler.add(dependent) }
      }
    }
  }
}
