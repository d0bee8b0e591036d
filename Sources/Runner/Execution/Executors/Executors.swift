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
      allowFiles(request.profile.jobs)
      let slurm = SlurmExecutor(
        request, catalogue: catalogue, layout: layout, usual: usual,
        clock: { ProcessInfo.processInfo.systemUptime })
      return MixedExecutor(local: workers, far: slurm)
    }
  }

  /// Allows as many open files as there may be jobs: each holds the lease of its key.
  private static func allowFiles(_ jobs: Int) {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(jobs) + 1024))
    // Where more is not allowed, cells without a lease run all the same.
    _ = setrlimit(resource, &limit)
  }
}
