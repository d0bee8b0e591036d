import PipelineDSL
import Testing

@Suite struct PortsTests {
  @Test func portsCompareByValue() {
    let output = OutputPort("files", .files, "help")
    #expect(!output.side && output != OutputPort("files", .files, side: true, "help"))
    #expect(output.comparator == .bytes)
    #expect(output != OutputPort("files", .files, comparator: .ignore, "help"))
    let ports = Ports(inputs: [InputPort("in", nil, .many, "help")], outputs: [output])
    #expect(!ports.open && ports == ports && ports != Ports(outputs: [output]))
  }

  @Test func artifactTypesHaveTheirLanguageNames() {
    #expect(
      ArtifactType.allCases.map(\.rawValue) == [
        "samples", "images", "split", "views", "model", "features", "predictions", "metrics",
        "explanations", "masks", "files",
      ])
  }
}
