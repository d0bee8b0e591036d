import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// A Slurm of shell scripts, a store, and an executor between them; results are written by hand.
final class SlurmScene {
  let folder: TemporaryFolder
  let layout: StoreLayout
  let clock = HandClock()
  let pipeline: Pipeline
  var profile = ExecutionProfile(executor: .slurm)
  var usual: [String: Double] = [:]

  /// A pipeline of cells `a@n=0`, `a@n=1` and so on, each with a key of its own.
  init(cells: Int = 1, resources: String = "{}") throws {
    folder = try TemporaryFolder()
    layout = try StoreLayout(root: folder.path("store"))
    let values = (0..<cells).map { "\"\($0)\"" }.joined(separator: ", ")
    let text = """
      {"assay": 1, "name": "p", "axes": {"n": [\(values)]}, "stages": {"a": {"uses": "give",
      "with": {"text": "${n}"}, "resources": \(resources)}}}
      """
    pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Catalogue([StageDescriptor(Give.self)]))
    profile.poll = 1
    profile.bundle = 0
    try tool("sbatch", "cat > last-script; echo \"$*\" >> submissions; cat answer")
    try tool(
      "squeue", "test -e squeue-fails && { echo 'Unable to contact' >&2; exit 1; }; cat queue")
    try tool("scancel", "echo \"$*\" >> cancelled")
    try tool("scontrol", "echo 'MaxArraySize            = 101'")
    try folder.write("queue", "")
    try answer("7")
  }

  private func tool(_ name: String, _ body: String) throws {
    try folder.writeScript("bin/" + name, "#!/bin/sh\ncd '\(folder.path)'\n\(body)\n")
  }

  /// What `sbatch` prints.
  func answer(_ text: String) throws { try folder.write("answer", text + "\n") }

  /// Makes `sbatch` refuse.
  func refuse(_ message: String) throws { try tool("sbatch", "echo '\(message)' >&2; exit 1") }

  /// Whether `squeue` fails.
  func silence(_ isSilent: Bool) throws {
    if isSilent {
      try folder.write("squeue-fails", "")
    } else {
      unlink(folder.path("squeue-fails"))
    }
  }

  /// What `squeue` says: the state of each task of array 7, with the comment of the batch.
  func queue(_ states: [Int: String], array: String = "7", comment: String = "r-a-1") throws {
    let lines = states.map { "\(array)_\($0)|\(array)|\($0)|\($1)|None|\(comment)\n" }
    try folder.write("queue", lines.joined())
  }

  /// The command lines of `sbatch`.
  var submissions: [String] { lines("submissions") }
  /// The command lines of `scancel`.
  var cancelled: [String] { lines("cancelled") }

  private func lines(_ name: String) -> [String] {
    ((try? folder.read(name)) ?? "").split(separator: "\n").map(String.init)
  }

  func executor(run: String = "r") -> SlurmExecutor {
    var request = RunRequest(
      pipeline: pipeline, machine: Machine(processors: 1, memory: 1 << 30),
      executable: "/opt/assay",
      environment: ["PATH": folder.path("bin") + ":/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"])
    request.run = run
    request.profile = profile
    let (clock, usual) = (clock, usual)
    return SlurmExecutor(
      request, catalogue: Catalogue([StageDescriptor(Give.self)]), layout: layout,
      usual: { usual }, clock: { clock.now })
  }

  func key(_ cell: Int) -> Digest { Digest.of("key \(cell)") }

  func job(_ cell: Int) -> WorkerJob {
    WorkerJob(
      cell: "a@n=\(cell)", kind: "give", parameters: ["text": "x"], seed: 0, threads: 1,
      inputs: [], locations: [:], originals: [], outputs: ["files"], store: layout.root,
      attempt: layout.root + "/scratch/r/\(cell)", state: layout.state(for: key(cell)), memo: 0,
      key: key(cell))
  }

  func batch(_ number: Int = 1, run: String = "r") -> BatchFolder {
    BatchFolder("\(run)-a-\(number)", in: layout)
  }

  /// Writes how an attempt at a cell ended, as a worker does.
  func finish(
    _ cell: Int, _ ending: JobResult.Ending, job: String = "70", restart: Int = 0,
    batch number: Int = 1
  ) throws {
    let name = AttemptName(key: key(cell), job: job, restart: restart)
    let result = JobResult(
      ending, node: "n1", started: Date().timeIntervalSince1970 + 5, seconds: 3,
      attempt: layout.root + "/scratch/r/\(cell).\(job).\(restart)")
    try batch(number).write(result.bytes, as: name.file(.result))
  }

  /// Leaves a mark of an attempt.
  func mark(
    _ cell: Int, _ mark: AttemptName.Mark, job: String = "70", restart: Int = 0
  ) throws {
    try batch().write([], as: AttemptName(key: key(cell), job: job, restart: restart).file(mark))
  }

  /// Waits until the executor has news, or `seconds` of its clock have passed.
  func news(of executor: inout SlurmExecutor, within seconds: Double = 12) -> [Int] {
    let deadline = clock.now + seconds
    while clock.now < deadline {
      let cells = executor.wait(also: -1, milliseconds: 5).cells
      if !cells.isEmpty { return cells }
      // Programs end in real time, for which the clock stands still.
      let isBusy =
        executor.query != nil || executor.batches.values.contains { $0.submission != nil }
      if isBusy { usleep(2_000) } else { clock.now += 0.25 }
    }
    return []
  }

  /// The reason of the failure that the executor reports about a cell.
  func failure(of cell: Int, _ executor: inout SlurmExecutor) -> String? {
    guard case .failed(let reason, _, _)? = executor.receive(for: cell).replies.first else {
      return nil
    }
    return reason
  }
}
