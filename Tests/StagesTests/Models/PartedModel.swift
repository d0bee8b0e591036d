import Imaging
import Neural
import PipelineDSL

@testable import Stages

/// A model of two networks without gradients, as a vote of them would be: the mean colour decides.
struct PartedModel: ImageModel {
  var classes = ["blue", "green", "red"]
  var size = 16
  var preparation: Preparation?
  var gradients: ImageGradients?
  /// The names of the networks.
  var parts = ["inception-v3", "xception"]

  func logits(of images: [Image]) throws -> [[Float]] {
    try images.map { image in
      try requireSize(of: image)
      let colour = image.evened.pixels.prefix(3).map { Float($0) / 64 }
      return [colour[2], colour[1], colour[0]]
    }
  }

  /// One channel with a gradient of 1, so that the Grad-CAM is the map itself.
  func layerMaps(_ image: Image, class label: Int?, at layer: String?) throws -> [NetworkMaps] {
    if parts.isEmpty { throw StageError("Grad-CAM needs a gradient") }
    return parts.enumerated().map { index, part in
      (
        part,
        LayerMaps(
          activations: (0..<16).map { $0 == (label ?? 0) + 5 * index ? 1 : 0.25 },
          gradients: [Float](repeating: 1, count: label == nil ? 0 : 16), width: 4, height: 4,
          channels: 1)
      )
    }
  }
}
