import PipelineDSL
import Testing

@testable import Stages

@Suite struct InspectDataWorkTests {
  @Test("time scales with the samples, apart for originals and crops")
  func workScalesWithSamples() throws {
    var load = StageLoad()
    #expect(InspectData(.init()).work(load) == nil)
    load.samples = 100
    let originals = try #require(InspectData(.init()).work(load))
    var parameters = InspectData.Parameters()
    parameters.compare = .crops
    let crops = try #require(InspectData(parameters).work(load))
    #expect(originals.units == 100 && crops.units == 100)
    #expect(originals.variant != crops.variant)
  }
}
