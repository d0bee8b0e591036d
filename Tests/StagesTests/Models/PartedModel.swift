import Imaging
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

  func gradCAMs(_ image: Image, class label: Int, at layer: String?) throws -> [GradCAMMap] {
    if parts.isEmpty { throw StageError("Grad-CAM needs a gradient") }
    return parts.enumerated().map { index, part in
      (part, (0..<16).map { $0 == label + 5 * index ? 1 : 0.25 }, 4, 4)
    }
  }
}
