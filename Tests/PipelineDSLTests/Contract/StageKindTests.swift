import PipelineDSL
import Testing

@Suite struct StageKindTests {
  @Test func errorDescriptionIncludesTheHint() {
    #expect("\(StageError("no file", hint: "set 'root'"))" == "no file; set 'root'")
    #expect("\(StageError("no file"))" == "no file")
  }

  @Test func portsAreThoseOfTheKindUnlessParametersDeclareThem() {
    #expect(Evaluate(NoParameters()).resolvedPorts() == Evaluate.ports)
    var parameters = Program.Parameters()
    parameters.gives = []
    #expect(Program(parameters).resolvedPorts().outputs.isEmpty)
    #expect(!Evaluate.draws && Evaluate.libraries.isEmpty && !Evaluate.opensOriginals)
  }
}
