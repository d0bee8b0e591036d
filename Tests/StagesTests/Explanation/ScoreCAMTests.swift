import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ScoreCAMTests {
  @Test(arguments: ["features.0", "features.7"]) func mapAgreesWithThePackage(_ layer: String)
    throws
  {
    let (network, expected) = (try AttributionReference.load(), try MethodReference.load())
    let harness = try StageHarness()
    let model = try TrainedModel.load(try network.model(harness), threads: 2)
    let image = network.picture
    let maps = try model.layerMaps(image, class: nil, at: layer)[0].maps
    #expect(maps.gradients.isEmpty)
    let weights = try #require(expected.scoreCAM[layer])
    #expect(weights.count == maps.channels && Set(weights).count > 8)
    let found = try ScoreCAM(hiding: .black).map(
      maps, image, class: expected.label, logits: model.logits)
    let wanted = maps.weighted(by: weights.map { Float($0) })
    // A rounding of a masked pixel may differ by one level.
    #expect(isNear(found, wanted, 2e-3))
    #expect((wanted.max() ?? 0) > 0.05)
  }

  /// Two channels over four pixels; the logit is the brightness of the first pixel.
  @Test func channelsCountByTheLogitOfTheMaskedImage() throws {
    let image = Image(width: 2, height: 2, filledWith: 200)
    let maps = LayerMaps(
      activations: [1, 0, 0, 1, 0, 1, 0, 1], gradients: [], width: 2, height: 2, channels: 2)
    var batches: [Int] = []
    let found = ScoreCAM(hiding: .black).map(maps, image, class: 0) { images in
      batches.append(images.count)
      return images.map { [Float($0.pixels[0]) / 100] }
    }
    #expect(batches == [1, 2])
    // The first channel shows the first pixel, the second one hides it: exp(2) against 1.
    let share = Float(0.880_797_08)
    #expect(isNear(found, [share, 1 - share, 1 - share, 1 - share], 1e-5))
  }

  @Test func evenChannelsHideTheImageWithoutAPrediction() throws {
    let image = Image(width: 2, height: 1, filledWith: 200)
    let maps = LayerMaps(
      activations: [3, 1, 3, 0], gradients: [], width: 2, height: 1, channels: 2)
    var seen: [[UInt8]] = []
    _ = ScoreCAM(hiding: .grey).map(maps, image, class: 0) { images in
      seen += images.map(\.pixels)
      return images.map { _ in [0] }
    }
    #expect(seen == [[UInt8](repeating: 128, count: 6), [200, 200, 200, 128, 128, 128]])
  }
}
