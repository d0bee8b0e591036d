internal import Execution
internal import Foundation
internal import Reports
internal import Store

extension Workspace {
  /// One line per run with jobs in the queue of a cluster: how many are in which state.
  var jobLines: [String] {
    guard let layout = try? StoreLayout.existing(storeRoot) else { return [] }
    let jobs = ClusterJobs(in: layout, environment: ProcessInfo.processInfo.environment)
    return jobs.runs.map { run, counts in
      let states = ClusterJobs.State.allCases.compactMap { state in
        counts[state].map { "\($0) \(state.rawValue)" }
      }
      return "jobs of run \(Display.line(run)): \(states.joined(separator: ", "))"
        + "  (assay attach \(Display.line(run)))"
    }
  }
}
