import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitWorkTests {
  @Test("the share of training samples follows from the method")
  func trainShareFollowsFromTheMethod() throws {
    var load = StageLoad()
    load.samples = 100
    var parameters = Split.Parameters()
    #expect(Split(parameters).work(load)?.units == 100)
    #expect(Split(parameters).handsOn(load).trainShare == 0.8)
    parameters.method = .counts
    parameters.counts = [30, 10, 10]
    let counted = Split(parameters).handsOn(load)
    #expect(counted.trainShare == 0.6 && counted.samples == 50)
    parameters.method = .kFold
    (parameters.folds, parameters.validation) = (5, 0.25)
    let share = try #require(Split(parameters).handsOn(load).trainShare)
    #expect(abs(share - 0.6) < 1e-12)
    parameters.method = .given
    #expect(Split(parameters).handsOn(load).trainShare == nil)
  }
}
