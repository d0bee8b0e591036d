import Classifiers
import PipelineDSL
import Testing

@testable import Stages

@Suite struct EnsembleWorkTests {
  private func kind(
    _ rule: EnsembleRule.Name, _ method: ClassifierMethod = .logistic
  ) -> Ensemble {
    var parameters = Ensemble.Parameters()
    (parameters.rule, parameters.stackMethod) = (rule, method)
    return Ensemble(parameters)
  }

  /// The predictions of three models for the same 100 samples.
  private func load() -> StageLoad {
    var load = StageLoad()
    (load.samples, load.joined, load.trainShare) = (300, 3, 0.8)
    return load
  }

  @Test("means and votes cost one combination per sample and model")
  func rulesCostTheirRows() {
    #expect(kind(.mean).work(StageLoad()) == nil)
    let (mean, vote) = (kind(.mean).work(load()), kind(.vote).work(load()))
    #expect(mean?.units == 300 && mean?.output == 100 && mean?.variant == "mean")
    #expect(vote?.units == 300 && vote?.variant == "vote")
    #expect(kind(.mean).handsOn(load()).samples == 100)
  }

  @Test("a stack is fitted on the validation set over the logits of all models")
  func stacksAreFitted() throws {
    let work = try #require(kind(.stack).work(load()))
    // 10 samples of 15 logits.
    #expect(abs(work.units - 150 / 1e9) < 1e-15)
    let svm = try #require(kind(.stack, .svm).work(load()))
    #expect(abs(svm.units - 150 * 110 / 1e9) < 1e-12 && svm.variant != work.variant)
  }
}
