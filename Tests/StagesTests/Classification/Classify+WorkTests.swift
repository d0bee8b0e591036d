import Classifiers
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ClassifyWorkTests {
  private func units(
    _ method: ClassifierMethod, samples: Double = 1000, width: Double = 64,
    _ change: (inout Classify.Parameters) -> Void = { _ in }
  ) throws -> Double {
    var parameters = Classify.Parameters()
    parameters.settings.method = method
    change(&parameters)
    var load = StageLoad()
    (load.samples, load.width, load.trainShare) = (samples, width, 0.8)
    return try #require(Classify(parameters).work(load)).units
  }

  @Test(
    "work grows with the samples and the features as the method does",
    arguments: [
      (ClassifierMethod.xgboost, 2.0, 2.0), (.randomForest, 2, 2.squareRoot()), (.svm, 4, 2),
      (.logistic, 2, 2), (.kNearest, 4, 2),
    ])
  func growsAsTheMethod(method: ClassifierMethod, bySamples: Double, byWidth: Double) throws {
    let base = try units(method)
    #expect(abs(try units(method, samples: 2000) / base - bySamples) < 1e-9)
    #expect(abs(try units(method, width: 128) / base - byWidth) < 1e-9)
  }

  @Test("trees grow by number and depth, and components leave fewer inputs")
  func settingsCount() throws {
    let base = try units(.xgboost)
    #expect(abs(try units(.xgboost) { $0.settings.trees *= 3 } / base - 3) < 1e-9)
    #expect(abs(try units(.xgboost) { $0.settings.depth *= 2 } / base - 2) < 1e-9)
    let reduced = try units(.logistic) { $0.components = 16 }
    #expect(abs(reduced - (800 * 16 + 800 * 64 * 64) / 1e9) < 1e-12)
    // There are no more components than features.
    let all = try units(.logistic) { $0.components = 1000 }
    #expect(abs(all - (800 * 64 + 800 * 64 * 64) / 1e9) < 1e-12)
  }

  @Test("without the number of features, the work is unknown")
  func unknownWidthsGiveNoWork() {
    var load = StageLoad()
    load.samples = 10
    #expect(Classify(Classify.Parameters()).work(load) == nil)
  }

  @Test("the model costs what its networks cost, and gives no features")
  func modelHasTheCostOfItsNetworks() {
    var load = StageLoad()
    (load.width, load.model) = (64, StageLoad.Model("vgg16+cnn", cost: 16))
    let next = Classify(Classify.Parameters()).handsOn(load)
    #expect(next.width == nil && next.model == load.model)
  }
}
