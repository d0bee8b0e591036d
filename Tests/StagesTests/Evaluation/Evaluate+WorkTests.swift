import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluateWorkTests {
  @Test("work is one prediction per sample, by the cost of the model")
  func workIsOnePredictionPerSample() {
    var load = StageLoad()
    load.samples = 50
    #expect(Evaluate(Evaluate.Parameters()).work(load) == nil)
    load.model = StageLoad.Model("vgg16", cost: 15)
    let work = Evaluate(Evaluate.Parameters()).work(load)
    #expect(work?.units == 750 && work?.variant == "vgg16")
  }
}
