import Testing

@testable import PipelineDSL

struct ProfileReaderTests {
  private func read(_ text: String) throws -> ExecutionProfile {
    try ProfileReader.read(Array(text.utf8), file: "profile.json")
  }

  private func problems(_ text: String) -> [String] {
    do { _ = try read(text) } catch let error as Diagnostics { return error.list.map(\.text) } catch
    { return ["\(error)"] }
    return []
  }

  @Test func readsEveryMember() throws {
    let profile = try read(
      """
      { "$schema": "profile.schema.json", "executor": "slurm", "partition": "long,short",
        "account": "lab", "qos": "high", "time": "12:00:00", "memory": "16 GiB", "cpus": 8,
        "flags": ["--gres=gpu:1"], "poll": 2.5, "jobs": 200, "bundle": 0, "local": ["ingest/*"],
        "requeue": true, "memory-retries": 2, "continuations": 9, "command": "/opt/assay" }
      """)
    var expected = ExecutionProfile(executor: .slurm)
    (expected.partition, expected.account, expected.qos) = ("long,short", "lab", "high")
    (expected.time, expected.memory, expected.cpus) = (43_200, 16 << 30, 8)
    (expected.flags, expected.poll, expected.jobs) = (["--gres=gpu:1"], 2.5, 200)
    (expected.bundle, expected.local, expected.requeue) = (0, ["ingest/*"], true)
    (expected.memoryRetries, expected.continuations) = (2, 9)
    expected.command = "/opt/assay"
    #expect(profile == expected)
    let small = try read(#"{"executor": "local"}"#)
    #expect(small == ExecutionProfile(executor: .local))
  }

  @Test func reportsEveryProblemWithItsPlace() {
    let text = """
      { "executor": "slurn",
        "partion": "x",
        "memory": "16 GB",
        "jobs": 0, "poll": 0.5, "flags": [""], "local": "a",
        "time": "1h", "requeue": 1, "account": "a\\nb" }
      """
    let found = problems(text)
    #expect(found.count == 10)
    #expect(
      found.first
        == "profile.json:1:15: error: expected one of \"local\", \"slurm\", found \"slurn\"; did you mean 'slurm'? (at /executor) [bad-profile]"
    )
    #expect(
      found.contains { $0.hasPrefix("profile.json:2:3: ") && $0.contains("mean 'partition'") })
    #expect(problems("{}").first?.hasSuffix("[missing-member]") == true)
    #expect(problems("[]").first?.hasSuffix("[wrong-type]") == true)
    #expect(problems(#"{"executor": "local", "executor": "local"}"#).count == 1)
    #expect(problems("{").first?.hasSuffix("[syntax]") == true)
  }

  @Test func localStagesMatchByNameOrKind() throws {
    let profile = try read(#"{"executor": "slurm", "local": ["ingest/*", "table"]}"#)
    #expect(profile.isLocal(stage: "cells", kind: "ingest/pbc"))
    #expect(profile.isLocal(stage: "table", kind: "compare"))
    #expect(!profile.isLocal(stage: "model", kind: "fine-tune"))
    #expect(ExecutionProfile(executor: .local).isLocal(stage: "model", kind: "fine-tune"))
  }
}
