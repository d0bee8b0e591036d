internal import PipelineDSL
internal import Store

/// The script of a job array, and the words of `sbatch` that submit it.
struct SlurmScript: Sendable {
  let batch: String
  let folder: BatchFolder
  let run: String
  let stage: String
  /// The number of tasks.
  let tasks: Int
  let processors: Int
  /// In bytes; `nil` for the cluster's default.
  let memory: Int?
  /// In seconds; `nil` for the cluster's default.
  let time: Int?
  /// Generic resources, as `sbatch` takes them.
  let gres: String?
  let profile: ExecutionProfile
  /// The path of `assay` on the nodes.
  let command: String
  /// Variables that must be set before the program starts.
  let variables: [String: String]

  /// The name of jobs of a stage, by which one `squeue` finds all jobs of a run.
  static func name(run: String, stage: String) -> String { "assay-\(run)-\(stage)" }

  /// How long before its time limit a job is warned, in seconds.
  private func warning(_ time: Int) -> Int { min(60, max(1, time / 4)) }

  var words: [String] {
    var words = [
      "sbatch", "--parsable", "--array=0-\(tasks - 1)", "-J", Self.name(run: run, stage: stage),
      "--comment=\(batch)", "--ntasks=1", "--cpus-per-task=\(processors)", "--open-mode=append",
      "--output=\(output)",
      profile.requeue ? "--requeue" : "--no-requeue",
    ]
    if let memory { words.append("--mem=\((memory + (1 << 20) - 1) >> 20)M") }
    if let time {
      words.append("--time=\(time / 60):\(String(time % 60 + 100).dropFirst())")
      words.append("--signal=B:USR1@\(warning(time))")
    }
    if let gres { words.append("--gres=\(gres)") }
    if let partition = profile.partition { words.append("--partition=\(partition)") }
    if let account = profile.account { words.append("--account=\(account)") }
    if let qos = profile.qos { words.append("--qos=\(qos)") }
    return words + profile.flags
  }

  /// The pattern of the paths to which Slurm writes the output of tasks.
  private var output: String {
    folder.logParts.start.replacing("%", with: "%%") + "%a" + folder.logParts.end
  }

  /// The shell becomes the program, so that the warning reaches it.
  var text: String {
    let settings = variables.sorted { $0.key < $1.key }
      .map { "export \($0.key)=\(ShellWords.quoted($0.value))\n" }.joined()
    return """
      #!/bin/sh
      \(settings)export ASSAY_TASK="$SLURM_ARRAY_TASK_ID" ASSAY_JOB="$SLURM_JOB_ID"
      export ASSAY_RESTART="${SLURM_RESTART_COUNT:-0}" ASSAY_NODE="$SLURMD_NODENAME"
      exec \(ShellWords.quoted(command)) worker --jobs \(ShellWords.quoted(folder.path))

      """
  }
}
