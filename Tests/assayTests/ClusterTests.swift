import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Whatever happens on a cluster, the bytes are those of one machine.
///
/// Each test starts a cluster of its own.
@Suite(
  .serialized,
  .enabled(if: TestCluster.isAvailable, "Slurm is not installed (Debian: slurm-wlm)"))
struct ClusterTests {
  @Test func cellsRunOnNodes() throws {
    let scene = try ClusterProject()
    try scene.run()
    try scene.expectSameBytes()
    let row = try #require(try scene.project.rows().first { $0.cell == "model" })
    #expect(["n1", "n2"].contains(row.node) && row.job != nil)
    #expect((row.queueSeconds ?? -1) >= 0 && row.seconds > 0)
    #expect(try scene.project.rows().first { $0.cell == "labels" }?.node == nil)
    // Nothing is left of the jobs.
    #expect(try scene.cluster.ask("squeue", "-h") == "")
    let left = FileManager.default.enumerator(atPath: scene.project.path("results/store/jobs"))?
      .compactMap { $0 as? String }
    #expect(left?.sorted() == ["batches", "keys", "logs"])
    #expect(try scene.run().output.contains("cached:"))
  }

  @Test func deadNodeCostsOnlyTime() throws {
    let scene = try ClusterProject(cluster: ["NODE_TIMEOUT": "5"])
    let run = try scene.start()
    let (job, node) = try scene.waitForTraining(run)
    try scene.cluster.control("kill-node", String(node.dropFirst()))
    let ending = try run.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.text.contains("was lost"), "\(ending.text)")
    #expect(try scene.model().node != node && scene.model().job != job)
    #expect(try scene.project.log(of: "model").contains("resumes after epoch"))
    try scene.expectSameBytes()
  }

  @Test func nextRunAttachesToTheJobsOfADeadOne() throws {
    let scene = try ClusterProject()
    let run = try scene.start()
    let (job, _) = try scene.waitForTraining(run)
    run.signal(SIGKILL)
    _ = try run.wait()
    let attached = try scene.assay(["attach"]).wait()
    #expect(attached.exit == 0, "\(attached.text)")
    #expect(attached.text.contains("are taken over"))
    // The same job, not a second one, which would say in its log that it resumes.
    let model = try scene.project.rows().first { $0.cell == "model" && $0.status == .executed }
    #expect(model != nil && model?.log == nil, "job \(job)")
    try scene.expectSameBytes()
  }

  @Test func detachedRunReturnsAtOnce() throws {
    let scene = try ClusterProject()
    // Everything before the training is ready when it is submitted.
    try scene.run("split", "--executor", "local")
    let ending = try scene.run("--detach")
    #expect(ending.output.contains("next: assay attach "))
    let detached = try scene.project.records().run("latest")
    #expect(detached.end?.status == .detached && detached.end?.exit == 0)
    let status = try scene.assay(["status", Project.file]).wait()
    #expect(status.output.contains("jobs of run \(detached.run.id): "), "\(status.text)")
    let attached = try scene.assay(["attach", detached.run.id]).wait()
    #expect(attached.exit == 0, "\(attached.text)")
    try scene.expectSameBytes()
    let after = try scene.assay(["status", Project.file]).wait()
    #expect(!after.output.contains("jobs of run"))
  }

  @Test func interruptLeavesOrCancels() throws {
    let scene = try ClusterProject(go: false)
    func isAside(_ name: String) -> Bool { name.hasSuffix("-aside") }
    let run = try scene.start("aside", "--on-interrupt", "leave")
    #expect(try eventually { try scene.runningJobs().contains(where: isAside) })
    run.signal(SIGINT)
    #expect(try run.wait().exit == 130)
    let left = try scene.runningJobs()
    #expect(left.contains(where: isAside))
    let second = try scene.start("aside", "--on-interrupt", "cancel")
    #expect(eventually { second.output.contains("are taken over") })
    #expect(try scene.runningJobs() == left)
    second.signal(SIGINT)
    #expect(try second.wait().exit == 130)
    #expect(try eventually { try scene.cluster.ask("squeue", "-h").isEmpty })
    try scene.project.write("", to: "go")
    try scene.run()
    try scene.expectSameBytes()
  }

  /// A minute with ASSAY_CLUSTER=all, some seconds otherwise.
  @Test func controllerMayBeAway() throws {
    let scene = try ClusterProject()
    let run = try scene.start()
    _ = try scene.waitForTraining(run)
    try scene.cluster.control("stop-controller")
    sleep(Self.isLong ? 60 : 8)
    try scene.cluster.control("start-controller")
    let ending = try run.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    try scene.expectSameBytes()
  }

  /// Slurm forgets jobs two seconds after their end, and is asked every five.
  @Test func forgottenJobsHaveResults() throws {
    let scene = try ClusterProject(#""poll": 5"#, cluster: ["MIN_JOB_AGE": "2"])
    let ending = try scene.run()
    #expect(!ending.text.contains("was lost"))
    try scene.expectSameBytes()
  }

  @Test func cancelledJobFailsAndRunsAgain() throws {
    let scene = try ClusterProject()
    let run = try scene.start()
    let (job, _) = try scene.waitForTraining(run)
    _ = try scene.cluster.ask("scancel", job)
    let ending = try run.wait()
    #expect(ending.exit == 1)
    #expect(ending.output.contains("was cancelled by somebody"), "\(ending.text)")
    try scene.run()
    try scene.expectSameBytes()
  }

  @Test func impossibleRequestIsRefusedBeforeAnythingRuns() throws {
    let scene = try ClusterProject(#""cpus": 64"#)
    let ending = try scene.run(exit: 3)
    #expect(ending.text.contains("requests 64 processors and "), "\(ending.text)")
    #expect(ending.text.contains(", but no node of the partition has them"), "\(ending.text)")
    #expect(try scene.cluster.ask("squeue", "-h", "-t", "all") == "")
    #expect(!scene.project.exists("results/assay.sqlite"))
  }

  /// Only the second node has a scanner.
  @Test func genericResourcesChooseTheNode() throws {
    let scene = try ClusterProject()
    try scene.project.edit(
      #""uses": "fine-tune", "needs""#,
      to: #""uses": "fine-tune", "resources": { "gres": "scanner:1" }, "needs""#)
    try scene.run("model")
    #expect(try scene.model().node == "n2")
    try scene.project.edit("scanner:1", to: "scanner:2")
    #expect(try scene.run("model", exit: 3).text.contains("requests scanner:2, but no node"))
  }

  @Test func twoCoordinatorsShareTheJobs() throws {
    let scene = try ClusterProject()
    let (first, second) = (try scene.start(), try scene.start())
    let endings = [try first.wait(), try second.wait()]
    for ending in endings { #expect(ending.exit == 0, "\(ending.text)") }
    let runs = try scene.project.records().runs()
    let executed = try runs.flatMap { try scene.project.rows(of: $0.run.id) }
      .filter { $0.status == .executed }.map(\.cell)
    #expect(executed.count == Set(executed).count, "\(executed.sorted())")
    try scene.expectSameBytes()
  }

  /// Training of a few minutes under Slurm's shortest limit, a minute.
  @Test(.enabled(if: ClusterTests.isLong, "takes minutes: ASSAY_CLUSTER=all"))
  func trainingBeyondItsLimitContinues() throws {
    let scene = try ClusterProject(#""time": "0:01:00""#)
    let usual = try TrainingProject.make()
    try usual.write("", to: "go")
    let few = 10 * TrainingProject.epochs
    try usual.executed("--jobs", "1", "--cpus", "1", "--set", "epochs=\(few)")
    let row = try #require(try usual.rows().first { $0.cell == "model" })
    let epochs = "epochs=\(Int(150 * Double(few) / max(0.1, row.seconds)))"
    let ending = try scene.run("--set", epochs)
    #expect(ending.text.contains("reached its time limit of 60 s, continues"), "\(ending.text)")
    #expect(try usual.start("--set", epochs).wait().exit == 0)
    func model(_ project: Project) throws -> [String] {
      let records = try project.records()
      let row = try #require(try project.rows().first { $0.cell == "model" })
      return try records.artifacts(run: row.run).filter { $0.stageRun == row.id }.map(\.digest.hex)
    }
    #expect(try model(scene.project) == model(usual) && !model(usual).isEmpty)
  }

  /// Workers, nodes, the coordinator and the controller die at random moments, and whoever starts
  /// the run again finds everything: 4 deaths, 100 with ASSAY_CLUSTER=all.
  @Test func randomDeathsLoseNothing() throws {
    let scene = try ClusterProject(cluster: ["NODE_TIMEOUT": "5"])
    let seed = UInt64.random(in: 0..<1 << 40)
    var draws = RandomStream(seed: seed, kind: "cluster", sample: "", purpose: "deaths")
    let deaths = Self.isLong ? 100 : 4
    var (count, round) = (0, 0)
    while count < deaths {
      let results = "round-\(round)"
      round += 1
      var run = try scene.start("--results", results)
      while true {
        usleep(UInt32(300_000 + draws.below(4_000_000)))
        guard ProcessTable.isRunning(run.process) else {
          let ending = try run.wait()
          try #require([0, 1, 128 + SIGKILL].contains(ending.exit), "seed \(seed): \(ending.text)")
          if ending.exit == 0 { break }
          run = try scene.start("--results", results)
          continue
        }
        if count < deaths, try scene.strike(run, draws.below(4), node: 1 + draws.below(2)) {
          count += 1
        }
      }
      #expect(
        try scene.project.digests(in: results) == TrainingProject.undisturbed(), "seed \(seed)")
      #expect(try eventually { try scene.cluster.ask("squeue", "-h").isEmpty })
    }
  }

  static var isLong: Bool {
    ProcessInfo.processInfo.environment["ASSAY_CLUSTER"] == "all"
  }
}
