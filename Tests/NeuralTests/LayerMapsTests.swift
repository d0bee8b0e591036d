import Testing

@testable import Neural

@Suite struct LayerMapsTests {
  /// Two positions and two channels: the weights are the mean gradients, 2 and -1.
  private let maps = LayerMaps(
    activations: [1, 2, 3, 4], gradients: [4, -1, 0, -1], width: 2, height: 1, channels: 2)

  @Test func gradCAMWeightsChannelsByTheirMeanGradient() {
    #expect(maps.gradCAM == [0, 2])
    #expect(maps.positions == 2 && maps.map(of: 1) == [2, 4])
  }

  @Test func negativeSumsAreZero() {
    #expect(maps.weighted(by: [1, -1]) == [0, 0])
    #expect(maps.weighted(by: [1, 0.5]) == [2, 5])
  }

  @Test("a classifier gives the maps that its Grad-CAM is made of, and without a class no gradient")
  func mapsAreThoseOfTheGradCAM() throws {
    let form = Backbone.Form(size: 16, classes: 4)
    let weights = Weights(try Backbone.cnn.network(form), seed: 3)
    let classifier = try Classifier(.cnn, form, tensors: weights.tensors, threads: 2)
    let image = formula(16 * 16 * 3, salt: 1)
    for name in [nil, "features.5"] {
      let layer = try classifier.network.featureLayer(name)
      let found = classifier.layerMaps(image, class: 2, at: layer)
      #expect(found.gradCAM == classifier.gradCAM(image, class: 2, at: layer).map)
      let alone = classifier.layerMaps(image, class: nil, at: layer)
      #expect(alone.activations == found.activations && alone.gradients.isEmpty)
      #expect(found.gradients.contains { $0 != 0 })
    }
  }
}
