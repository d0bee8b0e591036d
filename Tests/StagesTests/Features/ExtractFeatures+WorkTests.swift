import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExtractFeaturesWorkTests {
  private func load(_ model: StageLoad.Model? = nil) -> StageLoad {
    var load = StageLoad()
    (load.samples, load.size, load.model) = (50, 64, model)
    return load
  }

  @Test("work is one prediction per sample, by the cost of the model")
  func workIsOnePredictionPerSample() {
    let kind = ExtractFeatures(ExtractFeatures.Parameters())
    #expect(kind.work(load()) == nil)
    let work = kind.work(load(StageLoad.Model("vgg16", cost: 2)))
    #expect(work?.units == 100 && work?.variant == "vgg16")
  }

  @Test("the network of a weights file has a known cost")
  func weightsHaveACost() throws {
    var parameters = ExtractFeatures.Parameters()
    (parameters.network, parameters.weights) = (.resNet50, Location("w.pth"))
    let kind = ExtractFeatures(parameters)
    let work = try #require(kind.work(load()))
    let model = try #require(kind.handsOn(load()).model)
    #expect(work.variant == "resnet50" && model.name == "resnet50")
    #expect(work.units == 50 * model.cost && model.cost > 0.1)
    #expect(kind.work(StageLoad()) == nil)
  }

  @Test("the width that is handed on is that of the features", arguments: FeaturePoint.allCases)
  func widthIsThatOfTheFeatures(_ point: FeaturePoint) throws {
    let bench = try FeatureBench(count: 12)
    var load = load(StageLoad.Model("cnn", cost: 1, hidden: 12))
    load.size = 16
    var parameters = ExtractFeatures.Parameters()
    parameters.at = point
    let rows = try FeatureBench.rows(bench.extracted(5, at: point)["features"])
    #expect(ExtractFeatures(parameters).handsOn(load).width == Double(rows[0].count))
  }
}
