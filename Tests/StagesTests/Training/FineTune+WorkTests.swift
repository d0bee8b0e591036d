import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct FineTuneWorkTests {
  private func load(
    samples: Double = 1000, size: Double = 64, views: Double? = nil
  ) -> StageLoad {
    var load = StageLoad()
    (load.samples, load.size, load.views, load.trainShare) = (samples, size, views, 0.8)
    return load
  }

  private func parameters(
    _ name: String = "mobilenet-v2", weights: Bool = false
  ) throws -> FineTune.Parameters {
    var parameters = FineTune.Parameters()
    parameters.backbone = try #require(Backbone(rawValue: name))
    if weights { parameters.weights = Location("w.pth") }
    return parameters
  }

  private func units(_ parameters: FineTune.Parameters, _ load: StageLoad) throws -> Double {
    try #require(FineTune(parameters).work(load)).units
  }

  @Test("from scratch, work scales with samples, epochs and area")
  func scratchScalesWithSamplesEpochsAndArea() throws {
    var parameters = try parameters()
    let base = try units(parameters, load())
    #expect(abs(try units(parameters, load(samples: 2000)) / base - 2) < 1e-9)
    #expect(abs(try units(parameters, load(size: 128)) / base - 4) < 0.05)
    parameters.training.epochs *= 3
    #expect(abs(try units(parameters, load()) / base - 3) < 1e-9)
  }

  @Test("with weights, frozen layers cost one pass per view, and open ones each epoch")
  func frozenLayersAreComputedOncePerView() throws {
    var parameters = try parameters("vgg16", weights: true)
    parameters.training.epochs = 20
    let one = try units(parameters, load(views: 1))
    let four = try units(parameters, load(views: 4))
    #expect(one < four && four < 4 * one)
    // New views in each epoch leave nothing to keep.
    #expect(try units(parameters, load(views: 0)) > four)
    let scratch = try self.parameters("vgg16")
    #expect(try units(scratch, load()) > one)
    parameters.openBlocks = 0
    #expect(try units(parameters, load(views: 1)) < one)
  }

  @Test("the model that is handed on has the cost of a prediction at this size")
  func modelIsHandedOn() throws {
    let model = try #require(FineTune(try parameters("vgg16")).handsOn(load(size: 224)).model)
    #expect(model.name == "vgg16" && abs(model.cost / 15.35 - 1) < 0.03)
    #expect(model.hidden == Double(FineTune.Parameters().dense))
    let work = try #require(FineTune(try parameters("vgg16")).work(load()))
    #expect(work.variant == "vgg16 from scratch")
    #expect(FineTune(try parameters("vgg16", weights: true)).work(load())?.variant == "vgg16")
  }

  @Test("without samples or a size that fits, the work is unknown")
  func unknownLoadsGiveNoWork() throws {
    let stage = FineTune(try parameters("inception-v3"))
    #expect(stage.work(StageLoad()) == nil)
    #expect(stage.work(load(size: 16)) == nil)
    #expect(stage.whereToGet("weights")?.contains("docs/weights.md") == true)
  }
}
