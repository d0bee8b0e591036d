import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluateParametersTests {
  @Test func defaultsHaveNoConflicts() {
    let parameters = Evaluate.Parameters()
    #expect(parameters.conflicts().isEmpty)
    #expect(parameters.parts == Part.allCases && parameters.confidence == 0.95)
    #expect(parameters.resamples == 1000 && parameters.bins == 15)
  }

  @Test func partsAreDistinctAndNotEmpty() {
    var parameters = Evaluate.Parameters()
    parameters.parts = []
    #expect(parameters.conflicts() == ["'parts' is empty: there is nothing to evaluate"])
    parameters.parts = [.test, .test]
    #expect(parameters.conflicts() == ["'parts' names one part twice"])
  }

  /// The bootstrap has a seed of its own, so that keys do not vary with the seed of a pipeline.
  @Test func seedIsNotInTheKey() {
    #expect(!Evaluate.draws)
  }
}
