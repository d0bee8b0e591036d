import PipelineDSL
import Testing

@testable import Stages

@Suite struct CropNormaliseWorkTests {
  @Test("time scales with the samples, and the output also with the area of the crops")
  func scalesWithSamplesAndArea() throws {
    var load = StageLoad()
    load.samples = 100
    var parameters = CropNormalise.Parameters()
    parameters.size = 64
    let small = try #require(CropNormalise(parameters).work(load))
    #expect(CropNormalise(parameters).handsOn(load).size == 64)
    parameters.size = 128
    load.samples = 200
    let large = try #require(CropNormalise(parameters).work(load))
    #expect(large.units == 2 * small.units && large.output == 8 * small.output)
    #expect(large.variant == small.variant)
    parameters.denoise = .bilateral
    #expect(CropNormalise(parameters).work(load)?.variant != large.variant)
    #expect(CropNormalise(parameters).work(StageLoad()) == nil)
  }
}
