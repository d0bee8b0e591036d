internal import Imaging
internal import Neural
internal import PipelineDSL

extension FeatureComputation {
  /// The feature maps of an image in each network, at a layer by name (`nil` for the last
  /// convolution), without gradients.
  ///
  /// Throws if a network has no such layer, or if the image does not fit.
  func layerMaps(_ image: Image, at layer: String?) throws -> [NetworkMaps] {
    try branches.indices.map { index in
      let input = try branches[index].input(image)
      return (partName(index), try maps(index, input, gradient: nil, at: layer))
    }
  }

  /// The Grad-CAM map of an image through each network; see `layerMaps`.
  func gradCAMs(
    _ image: Image, at layer: String?, gradient: (_ features: [Float]) throws -> [Float]?,
    fallback label: String
  ) throws -> [GradCAMMap] {
    try layerMaps(image, at: layer, gradient: gradient, fallback: label).map { part, maps in
      (part, maps.gradCAM, maps.width, maps.height)
    }
  }

  /// The feature maps of an image in each network, at a layer by name (`nil` for the last
  /// convolution), with the gradients of what is explained.
  ///
  /// `gradient` is called once with the features of the image, and returns the gradient of what is
  /// explained with respect to them. If it returns `nil`, the logit of the class named `label` is
  /// explained instead: that of the fusion's own output layer or, without a fusion, that of each
  /// network's own head.
  ///
  /// Throws if there is neither, if a network has no such layer, or if the image does not fit.
  func layerMaps(
    _ image: Image, at layer: String?, gradient: (_ features: [Float]) throws -> [Float]?,
    fallback label: String
  ) throws -> [NetworkMaps] {
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
      return try ownLayerMaps(image, label, at: layer)
    }
    let gradients = columns(pulled)
    return try branches.indices.map { index in
      (
        partName(index),
        try maps(index, inputs[index], gradient: gradients[index], at: layer)
      )
    }
  }

  /// The feature maps of one network; throws an error with its name if it has no such layer.
  private func maps(
    _ index: Int, _ input: [Float], gradient: [Float]?, at layer: String?
  ) throws(StageError) -> LayerMaps {
    do throws(NeuralError) {
      return try branches[index].layerMaps(input, gradient: gradient, at: layer)
    } catch {
      throw StageError("'layer': \(names[index]): \(error.reason)")
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

  /// Each network's feature maps, with the gradients of the class of a name in its own head.
  private func ownLayerMaps(
    _ image: Image, _ label: String, at layer: String?
  ) throws -> [NetworkMaps] {
    try branches.indices.map { index in
      guard let own = branches[index].card.classes.firstIndex(of: label) else {
        throw noGradient(
          branches[index].card.hasHead
            ? "the head of \(names[index]) does not know the class '\(label)'"
            : "\(names[index]) has no head of its own")
      }
      let found = try heads.network(index).layerMaps(image, class: own, at: layer)
      return (partName(index), found[0].maps)
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
