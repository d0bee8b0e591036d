import PipelineDSL
import Testing

@testable import Execution

struct SlurmNodesTests {
  private let nodes = SlurmNodes(
    """
    n1|idle|2|2000|main*|(null)
    n2|alloc|4|1000+|main*|gpu:a100:2(S:0-1),gpu:v100:1,shard:8,band:no_consume:4K
    big|idle|64|512000|large|(null)
    strange line

    """)

  private func refused(
    _ resources: String, _ change: (inout ExecutionProfile) -> Void = { _ in }
  ) throws -> [String] {
    let text = """
      {"assay": 1, "name": "p", "stages": {"a": {"uses": "give", "resources": \(resources)}}}
      """
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Catalogue([StageDescriptor(Give.self)]))
    var profile = ExecutionProfile(executor: .slurm)
    change(&profile)
    return nodes.refused(pipeline, profile)
  }

  @Test func impossibleRequestsAreRefused() throws {
    #expect(nodes.nodes.count == 3)
    #expect(try refused(#"{"cpus": 4}"#) == [])
    #expect(
      try refused(#"{"cpus": 64}"#) == [
        "'a' requests 64 processors, but no node of the partition has them: at most 4 processors, at most 2.0 GiB of memory"
      ])
    // Each alone would fit, on different nodes.
    #expect(try refused(#"{"cpus": 4, "memory": "1.5 GiB"}"#).count == 1)
    #expect(try refused(#"{"cpus": 64}"#) { $0.partition = "large" } == [])
    #expect(try refused(#"{"gres": "gpu"}"#) == [])
    #expect(try refused(#"{"gres": "gpu:3,shard:8"}"#) == [])
    #expect(try refused(#"{"gres": "band:4096"}"#) == [])
    #expect(try refused(#"{"gres": "band:2K"}"#) == [])
    #expect(try refused(#"{"gres": "band:5K"}"#).count == 1)
    #expect(
      try refused(#"{"gres": "gpu:a100:3"}"#) == [
        "'a' requests gpu:a100:3, but no node of the partition has it"
      ])
    #expect(try refused(#"{"gres": "gpu:1"}"#) { $0.partition = "large" }.count == 1)
    // The node with much memory has no GPU.
    #expect(
      try refused(#"{"gres": "gpu:1", "memory": "1.5 GiB"}"#).first?.contains("beside gpu:1")
        == true)
    #expect(try refused(#"{"cpus": 64}"#) { $0.local = ["give"] } == [])
    #expect(try refused("{}") { $0.memory = 1 << 40 }.count == 1)
    #expect(
      try refused("{}") { $0.partition = "lage" }
        == ["Slurm has no partition 'lage' with nodes; did you mean 'large'?"])
  }
}
