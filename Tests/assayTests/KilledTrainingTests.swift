import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Whatever is killed during training, the next run resumes and produces the same bytes.
@Suite(.enabled(if: ProcessTable.hasTwoProcessors, "two stages must run at once"))
struct KilledTrainingTests {
  @Test func killedWorkerFailsOnlyItsStage() throws {
    let project = try TrainingProject.make()
    let run = try project.start("--jobs", "2")
    kill(try TrainingProject.waitForTraining(run, in: project), SIGKILL)
    #expect(eventually { run.output.contains("failed    model") })
    // `aside` was running at the same time and ends only now.
    try project.write("", to: "go")
    let ending = try run.wait()
    #expect(ending.exit == 1)
    #expect(ending.output.contains("the worker process was killed (SIGKILL;"))
    #expect(ending.output.contains("skipped   scores"))
    let statuses = try project.statuses()
    #expect(statuses["model"] == .failed)
    #expect(statuses["scores"] == .skipped)
    #expect(statuses["aside"] == .executed)
    let row = try #require(
      try project.records().stageRuns(run: try project.records().run("latest").run.id)
        .first { $0.cell == "model" })
    #expect(row.attempt == 1 && row.end == .signalled("SIGKILL"))
    let shown = try project.assay("show")
    #expect(shown.output.contains("SIGKILL"))
    let plan = try project.plan()
    #expect(plan["aside"]?.state == "hit")
    #expect(plan["model"]?.state == "run")
    #expect(plan["model"]?.reason == "an earlier attempt did not finish")
    try TrainingProject.expectResumption(project)
  }

  @Test func killedCoordinatorLeavesNothingRunning() throws {
    let project = try TrainingProject.make()
    let run = try project.start("--jobs", "2")
    let trainer = try TrainingProject.waitForTraining(run, in: project)
    let workers = ProcessTable.children(of: run.process)
    // The shell that `aside` starts is a grandchild. On a loaded machine it can start late.
    var programs: [pid_t] = []
    let started = eventually {
      programs = ProcessTable.children(of: run.process).flatMap(ProcessTable.children)
      return !programs.isEmpty
    }
    try #require(started, "the shell of `aside` never started: \(run.output)")
    #expect(workers.contains(trainer))
    run.signal(SIGKILL)
    #expect(try run.wait().exit == 128 + SIGKILL)
    let vanished = eventually {
      !(workers + programs).contains(where: ProcessTable.isRunning)
    }
    #expect(vanished)
    let killed = try project.records().run("latest")
    #expect(killed.end == nil)
    try TrainingProject.expectResumption(project)
    let runs = try project.records().runs()
    #expect(runs.count == 2)
    #expect(runs.last?.run.id == killed.run.id)
    #expect(runs.first?.end?.status == .done)
  }

  @Test func interruptEndsTheRunCleanly() throws {
    let project = try TrainingProject.make()
    let run = try project.start("--jobs", "2")
    _ = try TrainingProject.waitForTraining(run, in: project)
    let workers = ProcessTable.children(of: run.process)
    run.signal(SIGINT)
    let ending = try run.wait()
    #expect(ending.exit == 130)
    #expect(ending.output.contains("interrupted  model"))
    #expect(!workers.contains(where: ProcessTable.isRunning))
    let statuses = try project.statuses()
    #expect(statuses["split"] == .executed)
    #expect(statuses["model"] == .interrupted)
    #expect(statuses["aside"] == .interrupted)
    #expect(statuses["scores"] == .skipped)
    #expect(try project.records().run("latest").end?.status == .interrupted)
    #expect(try project.records().run("latest").end?.exit == 130)
    try TrainingProject.expectResumption(project)
  }

  @Test func terminationSignalIsAnInterrupt() throws {
    let project = try TrainingProject.make()
    let run = try project.start("model")
    _ = try TrainingProject.waitForTraining(run, in: project)
    run.signal(SIGTERM)
    #expect(try run.wait().exit == 130)
    #expect(try project.statuses()["model"] == .interrupted)
    // `--only-failed` resumes what was stopped, and nothing else.
    try project.write("", to: "go")
    let again = try project.run("--only-failed")
    #expect(again.exit == 0, "\(again.text)")
    #expect(try project.statuses()["model"] == .executed)
    #expect(try project.statuses()["aside"] == nil)
    #expect(try project.log(of: "model").contains("resumes after epoch"))
  }
}
