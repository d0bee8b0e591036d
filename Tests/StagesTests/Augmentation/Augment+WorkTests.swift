import PipelineDSL
import Testing

@testable import Stages

@Suite struct AugmentWorkTests {
  @Test("work is one row per sample and view, and the views are handed on")
  func viewsAreHandedOn() {
    var load = StageLoad()
    load.samples = 10
    var parameters = Augment.Parameters()
    parameters.views = 6
    #expect(Augment(parameters).work(load)?.units == 60)
    #expect(Augment(parameters).handsOn(load).views == 6)
    parameters.views = 0
    #expect(Augment(parameters).work(load)?.units == 10)
    #expect(Augment(parameters).handsOn(load).views == 0)
    parameters.policy = .none
    #expect(Augment(parameters).handsOn(load).views == 1)
    (parameters.policy, parameters.augMixForm) = (.augmix, .consistency)
    #expect(Augment(parameters).handsOn(load).copies == 3)
  }
}
