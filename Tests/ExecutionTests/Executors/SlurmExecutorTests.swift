import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// Decisions of the Slurm executor, with programs of Slurm that are shell scripts.
@Suite struct SlurmExecutorTests {
  private let done = JobResult.Ending.reply(.done(WorkerResult()))

  @Test func cellsAreSubmittedAsOneArray() throws {
    let scene = try SlurmScene(
      cells: 3, resources: #"{"cpus": 2, "memory": "3 GiB", "time": "0:02:05", "gres": "gpu:2"}"#)
    var executor = scene.executor()
    for cell in 0..<3 { try executor.start(scene.job(cell), for: cell) }
    try scene.queue([0: "RUNNING", 1: "RUNNING", 2: "PENDING"])
    #expect(scene.news(of: &executor, within: 4).isEmpty)
    #expect(executor.isSubmitted)
    #expect(scene.submissions.count == 1)
    let line = try #require(scene.submissions.first)
    for word in [
      "--parsable", "--array=0-2", "-J assay-r-a", "--comment=r-a-1", "--mem=3072M",
      "--time=2:05", "--signal=B:USR1@31", "--no-requeue", "--cpus-per-task=1", "--gres=gpu:2",
    ] {
      #expect(line.contains(word), "\(word) in \(line)")
    }
    let script = try scene.folder.read("last-script")
    #expect(script.contains("export OPENBLAS_NUM_THREADS=1\n"))
    #expect(script.contains("exec /opt/assay worker --jobs \(scene.batch().path)\n"))
    for cell in 0..<3 { try scene.finish(cell, done) }
    #expect(scene.news(of: &executor) == [0, 1, 2])
    let place = try #require(executor.place(of: 1))
    #expect(place.node == "n1" && place.job == "70" && place.seconds == 3)
    #expect(place.queueSeconds > 0 && place.attempt?.hasSuffix("/1.70.0") == true)
    for cell in 0..<3 {
      guard case .done? = executor.receive(for: cell).replies.first else {
        Issue.record("no result of \(cell)")
        continue
      }
      executor.release(cell)
    }
    // Nothing is left of a batch that was evaluated.
    #expect(!scene.batch().exists && scene.layout.batch(computing: scene.key(0)) == nil)
  }

  @Test func shortCellsShareJobsAndLongListsAreSplit() throws {
    let scene = try SlurmScene(cells: 210)
    scene.profile.bundle = 10
    for cell in 0..<200 { scene.usual["a@n=\(cell)"] = cell < 6 ? 4 : 20 }
    var executor = scene.executor()
    for cell in 0..<210 { try executor.start(scene.job(cell), for: cell) }
    _ = scene.news(of: &executor, within: 2)
    // Six short cells in three tasks; of the others, one each; a hundred tasks are the limit.
    let tasks = (1...3).map { BatchTasks(scene.batch($0).read(BatchTasks.name) ?? []).keys }
    #expect(tasks.map(\.count) == [100, 100, 7])
    #expect(tasks[0].prefix(4).map(\.count) == [2, 2, 2, 1])
    #expect(scene.submissions.count == 3)
  }

  @Test func refusalsAreFailures() throws {
    let scene = try SlurmScene()
    try scene.refuse("sbatch: error: invalid partition specified: x")
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    #expect(scene.news(of: &executor) == [0])
    #expect(
      scene.failure(of: 0, &executor)
        == "Slurm refused the job: sbatch: error: invalid partition specified: x")
  }

  @Test func silentControllerIsWaitedFor() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.silence(true)
    #expect(scene.news(of: &executor, within: 20).isEmpty)
    #expect(
      executor.takeNotes() == ["Slurm does not answer (Unable to contact); waiting for it"])
    #expect(scene.submissions.count == 1)
    // The file counts, whatever Slurm says.
    try scene.finish(0, done)
    #expect(scene.news(of: &executor, within: 200) == [0])
  }

  @Test func forgottenJobIsSubmittedAgainThreeTimes() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    #expect(scene.news(of: &executor, within: 40) == [0])
    #expect(scene.submissions.count == SlurmExecutor.losses)
    #expect(scene.failure(of: 0, &executor) == "the job was lost 3 times (unknown)")
  }

  @Test func lateResultOfALostJobIsUsed() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "NODE_FAIL"])
    while scene.submissions.count < 2 { #expect(scene.news(of: &executor, within: 1).isEmpty) }
    try scene.finish(0, done)
    #expect(scene.news(of: &executor) == [0])
    executor.release(0)
    #expect(!scene.batch(1).exists && !scene.batch(2).exists)
  }

  @Test func cancelledJobIsAFailure() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "CANCELLED"])
    #expect(scene.news(of: &executor) == [0])
    #expect(scene.failure(of: 0, &executor) == "the job 7 was cancelled by somebody")
    #expect(scene.submissions.count == 1)
  }

  /// A copy from before a restart fails because its node is taken away; the new one counts.
  @Test func failureOfAnEarlierAttemptDoesNotCount() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "RUNNING"])
    _ = scene.news(of: &executor, within: 2)
    let failed = JobResult.Ending.reply(.failed(reason: "old", hint: nil, usage: WorkerUsage()))
    try scene.finish(0, failed, restart: 0)
    try scene.mark(0, .started, restart: 1)
    #expect(scene.news(of: &executor, within: 4).isEmpty)
    try scene.finish(0, done, restart: 1)
    #expect(scene.news(of: &executor) == [0])
    #expect(executor.place(of: 0)?.attempt?.hasSuffix(".1") == true)
  }

  @Test func limitContinuesOnlyWithProgress() throws {
    let scene = try SlurmScene(resources: #"{"time": "0:01:00"}"#)
    scene.profile.continuations = 1
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "TIMEOUT"])
    _ = scene.news(of: &executor, within: 1)
    try StateFolder(scene.job(0).state).publish([1], as: "checkpoint")
    while scene.submissions.count < 2 { #expect(scene.news(of: &executor, within: 1).isEmpty) }
    #expect(
      executor.takeNotes()
        == ["the job of a@n=0 reached its time limit of 60 s, continues and is submitted again"])
    // The second job keeps nothing.
    #expect(scene.news(of: &executor) == [0])
    #expect(
      scene.failure(of: 0, &executor) == "the job reached its time limit of 60 s without progress")
  }

  @Test func memoryDoublesWhereAllowed() throws {
    let scene = try SlurmScene(resources: #"{"memory": "1 GiB"}"#)
    scene.profile.memoryRetries = 1
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "OUT_OF_MEMORY"])
    #expect(scene.news(of: &executor, within: 30) == [0])
    #expect(scene.submissions.count == 2)
    #expect(scene.submissions[0].contains("--mem=1024M"))
    #expect(scene.submissions[1].contains("--mem=2048M"))
    #expect(scene.failure(of: 0, &executor) == "the job ran out of memory of 2.0 GiB")
  }

  /// Slurm has forgotten the job; what its log says is what a cluster of version 22.05 wrote.
  @Test(arguments: [
    ("*** JOB 3 ON n1 CANCELLED AT 2026-11-29T18:07:12 ***", "the job 7 was cancelled by somebody"),
    (
      "*** JOB 2 ON n1 CANCELLED AT 2026-11-29T17:48:28 DUE TO TIME LIMIT ***",
      "the job reached its time limit without progress"
    ),
    (
      "Exceeded job memory limit\nslurmstepd-n1: error: StepId=4.batch exceeded memory limit (2 > 1)",
      "the job ran out of memory: slurmstepd-n1: error: StepId=4.batch exceeded memory limit (2 > 1)"
    ),
  ])
  func logOfAForgottenJobSaysHowItEnded(_ line: String, _ reason: String) throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    _ = scene.news(of: &executor, within: 1)
    let parts = scene.batch().logParts
    try Data("slurmstepd-n1: error: \(line)\n".utf8).write(
      to: URL(fileURLWithPath: parts.start + "0" + parts.end))
    #expect(scene.news(of: &executor) == [0])
    #expect(scene.failure(of: 0, &executor)?.hasPrefix(reason) == true)
    #expect(scene.submissions.count == 1)
  }

  @Test func cellsThatABundleDidNotReachRunAgain() throws {
    let scene = try SlurmScene(cells: 2)
    scene.profile.bundle = 100
    scene.usual = ["a@n=0": 1, "a@n=1": 1]
    var executor = scene.executor()
    for cell in 0..<2 { try executor.start(scene.job(cell), for: cell) }
    try scene.queue([0: "TIMEOUT"])
    _ = scene.news(of: &executor, within: 0.5)
    try scene.mark(0, .started)
    #expect(scene.news(of: &executor) == [0])
    #expect(executor.receive(for: 0).replies.count == 1)
    executor.release(0)
    while scene.submissions.count < 2 { #expect(scene.news(of: &executor, within: 1).isEmpty) }
    #expect(BatchTasks(scene.batch(2).read(BatchTasks.name) ?? []).keys == [[scene.key(1)]])
  }

  @Test func crashCountsOnceTheJobIsOver() throws {
    let scene = try SlurmScene()
    var executor = scene.executor()
    try executor.start(scene.job(0), for: 0)
    try scene.queue([0: "RUNNING"])
    _ = scene.news(of: &executor, within: 2)
    try scene.finish(0, .ended(.signalled("SIGSEGV")))
    #expect(scene.news(of: &executor, within: 5).isEmpty)
    try scene.queue([0: "FAILED"])
    #expect(scene.news(of: &executor) == [0])
    #expect(executor.receive(for: 0).closed)
    #expect(executor.reap(0) == .signalled("SIGSEGV"))
  }

  @Test func nextCoordinatorTakesJobsOver() throws {
    let scene = try SlurmScene(cells: 2)
    var first = scene.executor()
    for cell in 0..<2 { try first.start(scene.job(cell), for: cell) }
    first.leave()
    #expect(scene.submissions.count == 1)
    try scene.queue([0: "RUNNING", 1: "RUNNING"])
    var second = scene.executor(run: "s")
    try second.start(scene.job(0), for: 0)
    #expect(second.takeNotes() == ["jobs of run r are taken over (batch r-a-1)"])
    #expect(scene.news(of: &second, within: 3).isEmpty)
    try scene.finish(0, done)
    #expect(scene.news(of: &second) == [0])
    second.release(0)
    #expect(scene.submissions.count == 1)
    // The other key of the batch is still open.
    #expect(scene.batch().exists && scene.layout.batch(computing: scene.key(1)) != nil)
  }

  /// A coordinator that dies during `sbatch` leaves a batch whose number nobody knows.
  @Test func batchWithoutNumberIsFoundByItsComment() throws {
    let scene = try SlurmScene()
    var first = scene.executor()
    try first.start(scene.job(0), for: 0)
    first.leave()
    unlink(scene.batch().path + "/" + SlurmExecutor.submitted)
    try scene.queue([0: "RUNNING"], array: "12")
    var second = scene.executor(run: "s")
    try second.start(scene.job(0), for: 0)
    #expect(scene.news(of: &second, within: 3).isEmpty)
    #expect(second.isSubmitted && scene.submissions.count == 1)
    // Slurm never had it: it is submitted now.
    unlink(scene.batch().path + "/" + SlurmExecutor.submitted)
    try scene.folder.write("queue", "")
    var third = scene.executor(run: "t")
    try third.start(scene.job(0), for: 0)
    #expect(scene.news(of: &third, within: 3).isEmpty)
    #expect(scene.submissions.count == 2)
  }

  @Test func endCancelsTasksOfThisRunAlone() throws {
    let scene = try SlurmScene(cells: 2)
    var executor = scene.executor()
    for cell in 0..<2 { try executor.start(scene.job(cell), for: cell) }
    executor.endAll(grace: 1)
    #expect(scene.cancelled == ["7_0 7_1"])
    #expect(!scene.batch().exists)
  }

  @Test func statesOfJobsAreCounted() throws {
    let scene = try SlurmScene(cells: 3)
    var executor = scene.executor()
    for cell in 0..<3 { try executor.start(scene.job(cell), for: cell) }
    executor.leave()
    try scene.mark(1, .started)
    try scene.finish(2, done)
    try scene.queue([0: "PENDING", 1: "RUNNING", 2: "COMPLETED"])
    let path = ["PATH": scene.folder.path("bin") + ":/usr/bin:/bin"]
    let jobs = ClusterJobs(in: scene.layout, environment: path).runs
    #expect(jobs.map(\.run) == ["r"])
    #expect(jobs.first?.counts == [.queued: 1, .running: 1, .ended: 1])
  }
}
