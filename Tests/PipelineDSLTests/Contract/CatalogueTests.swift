import Foundation
import PipelineDSL
import Testing

/// Writes a line and reports it.
private struct Echo: StageKind {
  struct Parameters: StageParameters {
    var text = "hello"
    static var fields: [ParameterField<Self>] { [ParameterField("text", \.text, "what to write")] }
    func conflicts() -> [String] { text == "!" ? ["'!' is no text"] : [] }
  }
  static let name = "echo"
  static let revision = 3
  static let summary = "Writes a line."
  static let source = "Assay"
  static let ports = Ports(outputs: [OutputPort("line", .files, "the line")])
  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }
  func run(_ context: StageContext) throws { context.events.log(parameters.text) }
}

private final class Log: StageEvents {
  let print: @Sendable (String) -> Void
  init(_ print: @escaping @Sendable (String) -> Void) { self.print = print }
  func progress(_ progress: StageProgress) {}
  func metric(_ metric: StageMetric) {}
  func warn(_ text: String) {}
  func log(_ text: String) { print(text) }
}

@Suite struct CatalogueTests {
  @Test func kindsAreFoundByName() {
    #expect(TestKinds.all.names == TestKinds.all.names.sorted())
    #expect(TestKinds.all["split"]?.name == "split" && TestKinds.all["nothing"] == nil)
    #expect(Set(TestKinds.all.names).count == TestKinds.all.kinds.count)
  }

  @Test func duplicateNamesAreRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = Catalogue([StageDescriptor(Split.self), StageDescriptor(Split.self)])
    }
  }

  @Test func descriptorMatchesTheKind() {
    let kind = StageDescriptor(Echo.self)
    #expect(kind.name == "echo" && kind.revision == 3 && kind.summary == "Writes a line.")
    #expect(kind.source == "Assay" && !kind.draws && !kind.opensOriginals)
    #expect(kind.libraries() == [:] && kind.ports == Echo.ports)
    #expect(kind.parameters.map(\.name) == ["text"])
    #expect(StageDescriptor(Split.self).draws)
    #expect(StageDescriptor(Optics.self).libraries() == ["lens": "1.2"])
  }

  @Test func resolutionFillsInDefaultsInOrder() throws {
    let kind = try #require(TestKinds.all["crop-normalise"])
    let resolved = try kind.resolve(["margin": 0, "size": 64.0])
    #expect(resolved.values.names == ["size", "method", "margin"])
    #expect(resolved.values == ["size": 64, "method": "area", "margin": 0])
    #expect(resolved.ports == CropNormalise.ports)
    let program = try #require(TestKinds.all["program"])
    #expect(try program.resolve(["gives": ["x", "y"]]).ports.outputs.map(\.name) == ["x", "y"])
  }

  @Test func runningChecksParametersAgain() async throws {
    let kind = StageDescriptor(Echo.self)
    let folder = NSTemporaryDirectory()
    try await confirmation { said in
      let context = StageContext(
        scratch: folder, state: StateFolder(folder),
        events: Log { text in
          #expect(text == "well")
          said()
        })
      try kind.run(["text": "well"], context)
    }
    let silent = StageContext(scratch: folder, state: StateFolder(folder), events: Log { _ in })
    #expect(throws: StageError("parameter 'text': expected a string, found 1")) {
      try kind.run(["text": 1], silent)
    }
    #expect(throws: StageError("'!' is no text")) { try kind.run(["text": "!"], silent) }
  }
}
