internal import Foundation
internal import PipelineDSL
internal import Store

/// Chooses the executor of a run.
enum Executors {
  /// The executor that the profile of a request names; `usual` gives the usual seconds of cells.
  static func make(
    _ request: RunRequest, catalogue: Catalogue, layout: StoreLayout,
    usual: @escaping () -> [String: Double]
  ) -> any Executor {
    let workers = WorkerPool(executable: request.executable, environment: request.environment)
    switch request.profile.executor {
    case .local: return workers
    case .slurm:
      // Each job holds the lease of its key. Where more is not allowed, cells without one run all the same.
      OpenFileLimit.allow(request.profile.jobs)
      let slurm = SlurmExecutor(
        request, catalogue: catalogue, layout: layout, usual: usual,
        clock: { ProcessInfo.processInfo.systemUptime })
      return MixedExecutor(local: workers, far: slurm)
    }
  }
}
