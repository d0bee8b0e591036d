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
    let resources = try request(#"{"memory": "16 GiB"}"#).checkResources()
    #expect(resources.refused == ["'a' requests 16.0 GiB of memory, but this machine has 4.0 GiB"])
  }

  @Test func processorsBeyondTheMachineAreClampedWithANote() throws {
    let resources = try request(#"{"cpus": 8, "memory": "1 GiB"}"#).checkResources()
    #expect(resources.refused.isEmpty)
    #expect(
      resources.clamped == ["'a' requests 8 processors and is limited to the 2 of this machine"])
  }
}
