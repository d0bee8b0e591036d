import PipelineDSL
import Testing

@testable import Execution

@Suite struct RunRequestTests {
  private func request(_ resources: String) throws -> RunRequest {
    let text = """
      {"assay": 1, "name": "p", "stages": {"a": {"uses": "give", "resources": \(resources)}}}
      """
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Catalogue([StageDescriptor(Give.self)]))
    return RunRequest(
      pipeline: pipeline, machine: Machine(processors: 2, memory: 4 << 30), executable: "",
      environment: [:])
  }

  @Test func memoryBeyondTheMachineIsRefused() throws {
    let judged = try request(#"{"memory": "16 GiB"}"#).checkResources()
    #expect(judged.refused == ["'a' asks for 16.0 GiB of memory, and this machine has 4.0 GiB"])
  }

  @Test func processorsBeyondTheMachineAreClampedWithANote() throws {
    let judged = try request(#"{"cpus": 8, "memory": "1 GiB"}"#).checkResources()
    #expect(judged.refused.isEmpty)
    #expect(judged.clamped == ["'a' asks for 8 processors and gets all 2 of this machine"])
  }
}
