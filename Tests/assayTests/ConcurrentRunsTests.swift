import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Concurrent runs over one store: each key is computed by one of them.
///
/// Stages wait for files that the test writes, so that nothing depends on the machine's speed.
@Suite struct ConcurrentRunsTests {
  /// A stage that appends its name to `runs` and then runs a script.
  private func stage(_ name: String, after needs: [String] = [], _ script: String = "") -> String {
    let list = needs.map { "\"\($0)\"" }.joined(separator: ", ")
    let input = needs.isEmpty ? "" : #""needs": { "x": [\#(list)] }, "#
    return #""\#(name)": { "uses": "command", \#(input)"with": { "argv": ["/bin/sh", "-c", "#
      + #""echo \#(name) >> runs; \#(script) echo \#(name) > {outputs.files}/x"] } }"#
  }

  private func pipeline(_ stages: [String]) -> String {
    #"{ "assay": 1, "name": "shared", "stages": { \#(stages.joined(separator: ", ")) } }"#
  }

  private let untilToldTo = "while [ ! -e go ]; do sleep 0.02; done;"

  /// How often each stage was executed.
  private func executions(_ project: Project) throws -> [String: Int] {
    let names = project.exists("runs") ? try project.read("runs").split(separator: "\n") : []
    return Dictionary(names.map { (String($0), 1) }, uniquingKeysWith: +)
  }

  private func isWaiting(_ run: SpawnedProgram, for cell: String) -> Bool {
    run.output.contains("waiting   \(cell)  (run ")
  }

  private func leases(_ project: Project) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: project.path("results/store/leases"))
  }

  // MARK: Results

  @Test func twentyRunsExecuteEachCellOnce() throws {
    let stages = (0..<12).map { number in
      stage("c\(number)", after: number < 4 ? [] : ["c\(number - 4)"], "sleep 0.05;")
    }
    let project = try Project(pipeline(stages))
    let runs = try (0..<20).map { _ in try project.start("--jobs", "2", "--cpus", "2") }
    let endings = try runs.map { try $0.wait() }
    for ending in endings { #expect(ending.exit == 0, "\(ending.text)") }
    let expected = Dictionary(uniqueKeysWithValues: (0..<12).map { ("c\($0)", 1) })
    #expect(try executions(project) == expected)
    // In the record, too: one execution per cell, and a hit in each of the other runs.
    let records = try project.records()
    let all = try records.runs()
    #expect(all.count == 20)
    let rows = try all.flatMap { try records.stageRuns(run: $0.run.id) }
    #expect(rows.count { $0.status == .executed } == 12)
    #expect(rows.count { $0.status == .hit } == 20 * 12 - 12)
    #expect(try records.divergences().isEmpty)
    #expect(try leases(project).isEmpty)
  }

  @Test func twoProjectsShareAStore() throws {
    let stages = [stage("a", untilToldTo), stage("b", after: ["a"])]
    let (first, second) = (try Project(pipeline(stages)), try Project(pipeline(stages)))
    let store = first.path("shared-store")
    let one = try first.start("--store", store)
    #expect(eventually { one.output.contains("run       a") })
    let two = try second.start("--store", store)
    #expect(eventually { isWaiting(two, for: "a") }, "\(two.output)")
    try first.write("", to: "go")
    #expect(try one.wait().exit == 0)
    let ending = try two.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    // Either run may have executed `b`.
    let (here, there) = (try executions(first), try executions(second))
    #expect(here["a"] == 1)
    #expect(there["a"] == nil)
    #expect((here["b"] ?? 0) + (there["b"] ?? 0) == 1)
    #expect(try second.statuses()["a"] == .hit)
  }

  @Test func waitingOccupiesNoSlot() throws {
    let project = try Project(pipeline([stage("slow", untilToldTo), stage("quick")]))
    let holder = try project.start("slow")
    #expect(eventually { holder.output.contains("run       slow") })
    let other = try project.start("--jobs", "1")
    #expect(eventually { isWaiting(other, for: "slow") })
    #expect(eventually { other.output.contains("done      quick") }, "\(other.output)")
    try project.write("", to: "go")
    #expect(try holder.wait().exit == 0)
    let ending = try other.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try executions(project) == ["slow": 1, "quick": 1])
  }

  @Test func aForcedRunWaitsAndThenRuns() throws {
    let project = try Project(pipeline([stage("a", untilToldTo)]))
    let holder = try project.start()
    #expect(eventually { holder.output.contains("run       a") })
    let forced = try project.start("--force")
    #expect(eventually { isWaiting(forced, for: "a") })
    #expect(try executions(project) == ["a": 1])
    try project.write("", to: "go")
    #expect(try holder.wait().exit == 0)
    let ending = try forced.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try executions(project) == ["a": 2])
    #expect(try project.statuses() == ["a": .executed])
  }

  // MARK: Failures

  @Test func failureFailsAllWaitingRuns() throws {
    let project = try Project(
      pipeline([
        stage("bad", untilToldTo + " echo no luck >&2; exit 7;"), stage("next", after: ["bad"]),
      ]))
    let holder = try project.start()
    #expect(eventually { holder.output.contains("run       bad") })
    let others = try (0..<4).map { _ in try project.start() }
    for other in others { #expect(eventually { isWaiting(other, for: "bad") }) }
    try project.write("", to: "go")
    #expect(try holder.wait().exit == 1)
    let run = try #require(holder.output.split(separator: " ").dropFirst().first).dropLast()
    for other in others {
      let ending = try other.wait()
      #expect(ending.exit == 1)
      let text = ending.output
      #expect(text.contains("the run \(run) on "), "\(text)")
      #expect(text.contains("which computed the same key, failed: '/bin/sh' ended with status 7"))
      #expect(text.contains("no luck"))
      #expect(text.contains("skipped   next"))
    }
    #expect(try executions(project) == ["bad": 1])
    let row = try #require(try project.rows().first { $0.cell == "bad" })
    #expect(row.status == .failed)
    #expect(row.attempt == 0)
    #expect(row.reason.contains("which computed the same key, failed: "))
    // Failures are not cached: the next run tries again.
    #expect(try project.run().exit == 1)
    #expect(try executions(project) == ["bad": 2])
  }

  @Test func runWithALongerTimeLimitTriesAgain() throws {
    let project = try Project(pipeline([stage("a", untilToldTo)]))
    try project.edit(
      #""uses": "command", "#, to: #""uses": "command", "resources": { "time": "00:00:06" }, "#)
    let hasty = try project.start()
    #expect(eventually { hasty.output.contains("run       a") })
    try project.edit("00:00:06", to: "01:00:00")
    let patient = try project.start()
    #expect(eventually { isWaiting(patient, for: "a") })
    #expect(try hasty.wait().exit == 1)
    #expect(eventually { patient.output.contains("run       a") })
    try project.write("", to: "go")
    let ending = try patient.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try executions(project) == ["a": 2])
  }

  // MARK: Kills, interrupts and leases

  @Test func anotherRunTakesOverFromAKilledOne() throws {
    let project = try Project(pipeline([stage("a", untilToldTo), stage("b", after: ["a"])]))
    let holder = try project.start()
    // Its worker has started the stage.
    #expect(eventually { holder.output.contains("run       a") && project.exists("runs") })
    let others = try (0..<3).map { _ in try project.start() }
    for other in others { #expect(eventually { isWaiting(other, for: "a") }) }
    holder.signal(SIGKILL)
    #expect(try holder.wait().exit == 128 + SIGKILL)
    #expect(eventually { others.contains { $0.output.contains("run       a") } })
    try project.write("", to: "go")
    for other in others {
      let ending = try other.wait()
      #expect(ending.exit == 0, "\(ending.text)")
    }
    #expect(try executions(project) == ["a": 2, "b": 1])
    #expect(try leases(project).isEmpty)
  }

  @Test func anotherRunTakesOverFromAnInterruptedOne() throws {
    let project = try Project(pipeline([stage("a", untilToldTo)]))
    let holder = try project.start()
    #expect(eventually { holder.output.contains("run       a") })
    let other = try project.start()
    #expect(eventually { isWaiting(other, for: "a") })
    holder.signal(SIGINT)
    #expect(try holder.wait().exit == 130)
    #expect(eventually { other.output.contains("run       a") })
    try project.write("", to: "go")
    #expect(try other.wait().exit == 0)
  }

  @Test func waitingRunCanBeInterrupted() throws {
    let project = try Project(pipeline([stage("a", untilToldTo), stage("b", after: ["a"])]))
    let holder = try project.start()
    #expect(eventually { holder.output.contains("run       a") })
    let other = try project.start()
    #expect(eventually { isWaiting(other, for: "a") })
    other.signal(SIGINT)
    #expect(try other.wait().exit == 130)
    #expect(try project.statuses() == ["a": .skipped, "b": .skipped])
    try project.write("", to: "go")
    #expect(try holder.wait().exit == 0)
    #expect(try executions(project) == ["a": 1, "b": 1])
  }

  @Test func failFastEndsWaiting() throws {
    let project = try Project(
      pipeline([stage("slow", untilToldTo), stage("bad", "exit 1;")]))
    let holder = try project.start("slow")
    #expect(eventually { holder.output.contains("run       slow") })
    let ending = try project.run("--fail-fast", "--jobs", "1")
    #expect(ending.exit == 1)
    #expect(try project.statuses() == ["slow": .skipped, "bad": .failed])
    try project.write("", to: "go")
    #expect(try holder.wait().exit == 0)
  }

  @Test func expiredLeaseOfAnotherMachineIsTakenOver() throws {
    let project = try Project(pipeline([stage("a", untilToldTo)]))
    let holder = try project.start()
    #expect(eventually { holder.output.contains("run       a") && project.exists("runs") })
    let name = try #require(try leases(project).first)
    holder.signal(SIGKILL)
    _ = try holder.wait()
    // Make the lease it left look like that of another machine.
    let text = try project.read("results/store/leases/\(name)")
    let json = try #require(try JSONParser.parse(text).object)
    var far = json
    (far["host"], far["boot"]) = ("far away", "another kernel")
    try project.write(
      JSONCanonicalForm.bytes(of: .object(far)), to: "results/store/leases/\(name)")
    try project.write("", to: "go")
    let words = ["run", Project.file]
    let impatient = try SpawnedProgram(
      words, in: project.folder, environment: ["ASSAY_LEASE_SECONDS": "1"])
    let patient = try SpawnedProgram(
      words, in: project.folder, environment: ["ASSAY_LEASE_SECONDS": "1000000"])
    let ending = try impatient.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("on far away computes the same key"))
    // The other would wait for days, and gets the result before.
    #expect(try patient.wait().exit == 0)
    #expect(try executions(project) == ["a": 2])
  }

  @Test func storeWithoutLeasesIsUsable() throws {
    let project = try Project(pipeline([stage("a"), stage("b")]))
    try project.write("", to: "elsewhere/nothing")
    try project.write("", to: "results/store/nothing")
    try FileManager.default.createSymbolicLink(
      atPath: project.path("results/store/leases"),
      withDestinationPath: project.path("elsewhere"))
    let ending = try project.run()
    #expect(ending.exit == 0, "\(ending.text)")
    let notes = ending.output.components(separatedBy: "may compute the same results").count - 1
    #expect(notes == 1, "\(ending.output)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: project.path("elsewhere")).count == 1)
  }

  @Test func invalidLeaseSecondsAreRefused() throws {
    let project = try Project(pipeline([stage("a")]))
    let ending = try SpawnedProgram(
      ["run", Project.file], in: project.folder, environment: ["ASSAY_LEASE_SECONDS": "soon"]
    ).wait()
    #expect(ending.exit == 2)
    #expect(ending.errors.contains("ASSAY_LEASE_SECONDS"))
  }
}
