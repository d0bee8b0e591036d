internal import Imaging
internal import Neural
internal import PipelineDSL

extension FeatureComputation {
  /// The Grad-CAM map of an image through each network, at a layer by name (`nil` for the last
  /// convolution).
  ///
  /// `gradient` is called once with the features of the image, and returns the gradient of what is
  /// explained with respect to them. If it returns `nil`, the logit of the class named `label` is
  /// explained instead: that of the fusion's own output layer or, without a fusion, that of each
  /// network's own head.
  ///
  /// Throws if there is neither, if a network has no such layer, or if the image does not fit.
  func gradCAMs(
    _ image: Image, at layer: String?, gradient: (_ features: [Float]) throws -> [Float]?,
    fallback label: String
  ) throws -> [GradCAMMap] {
    let inputs = try branches.map { try $0.input(image) }
    let row = joined(
      zip(branches, inputs).map { $0.features(ofInputs: $1) }, count: 1)
    let pulled: [Float]
    if let own = try gradient(fusion?.features(of: row) ?? row) {
      try requireWidth(own)
      pulled = fusion?.pullBack(own, at: row) ?? own
    } else if let fusion {
      guard let index = fusion.classes.firstIndex(of: label) else {
        throw noGradient("the layers that fuse the features do not know the class '\(label)'")
      }
      pulled = fusion.logitGradient(index, at: row)
    } else {
      return try ownGradCAMs(image, label, at: layer)
    }
    return try branches.indices.map { index in
      do throws(NeuralError) {
        let found = try branches[index].gradCAM(
          inputs[index], gradient: columns(pulled)[index], at: layer)
        return (partName(index), found.map, found.width, found.height)
      } catch {
        throw StageError("'layer': \(names[index]): \(error.reason)")
      }
    }
  }

  /// The gradient of a number with respect to the pixels, in [0, 1], of each of several images.
  ///
  /// `pixels` has images x size x size x 3 numbers, as has the result. `gradient` returns the
  /// gradient of the number with respect to the features of one image.
  func pixelGradients(
    _ pixels: [Float], gradient: (_ features: [Float]) throws -> [Float]
  ) throws -> [Float] {
    let length = size * size * 3
    var sums: [Float] = []
    sums.reserveCapacity(pixels.count)
    for start in stride(from: 0, to: pixels.count, by: length) {
      let image = Array(pixels[start..<start + length])
      let inputs = branches.map { $0.inputs(ofPixels: image) }
      let row = joined(zip(branches, inputs).map { $0.features(ofInputs: $1) }, count: 1)
      let own = try gradient(fusion?.features(of: row) ?? row)
      try requireWidth(own)
      let pulled = columns(fusion?.pullBack(own, at: row) ?? own)
      var sum = [Float](repeating: 0, count: length)
      for (index, branch) in branches.enumerated() {
        let part = branch.pixelGradients(inputs[index], gradients: pulled[index])
        for place in sum.indices { sum[place] += part[place] }
      }
      sums += sum
    }
    return sums
  }

  /// Each network's Grad-CAM of the class of a name, of its own head.
  private func ownGradCAMs(
    _ image: Image, _ label: String, at layer: String?
  ) throws -> [GradCAMMap] {
    try branches.indices.map { index in
      guard let own = branches[index].card.classes.firstIndex(of: label) else {
        throw noGradient(
          branches[index].card.hasHead
            ? "the head of \(names[index]) does not know the class '\(label)'"
            : "\(names[index]) has no head of its own")
      }
      let found = try heads.network(index).gradCAMs(image, class: own, at: layer)
      return (partName(index), found[0].map, found[0].width, found[0].height)
    }
  }

  /// The name of a branch's map: empty for the only one.
  private func partName(_ index: Int) -> String { branches.count == 1 ? "" : names[index] }

  private func noGradient(_ reason: String) -> StageError {
    StageError(
      "Grad-CAM needs a gradient: the classifier has none, and \(reason)",
      hint: "choose a classifier with a gradient (svm or logistic), set 'hidden' of "
        + "'fuse-features', or extract the features with models of 'fine-tune'")
  }

  private func requireWidth(_ gradient: [Float]) throws(StageError) {
    guard gradient.count == width else {
      throw StageError("a gradient of \(gradient.count) numbers for \(width) features")
    }
  }
}
