internal import Imaging
internal import PipelineDSL

/// The gradient of an ensemble's logits with respect to pixels in [0, 1].
///
/// Models normalise pixels differently, so their inputs are not shared; but each input depends
/// linearly on its pixel, and is known from those of a black and of a white image.
struct EnsembleGradients: Sendable {
  /// The input of a model for each number of a pixel p: offset + factor x p.
  private struct Scale: Sendable {
    let offset, factor: [Float]

    init(_ model: ImageGradients, size: Int) throws {
      let black = try model.input(Image(width: size, height: size, filledWith: 0))
      let white = try model.input(Image(width: size, height: size, filledWith: 255))
      offset = black
      factor = zip(white, black).map { $0 - $1 }
    }

    func input(_ pixels: [Float]) -> [Float] {
      pixels.indices.map { offset[$0 % offset.count] + factor[$0 % factor.count] * pixels[$0] }
    }
  }

  private let rule: EnsembleRule
  private let models: [ImageGradients]
  private let size: Int

  /// Creates the gradient of models that take images of one size.
  init(_ rule: EnsembleRule, _ models: [ImageGradients], size: Int) {
    (self.rule, self.models, self.size) = (rule, models, size)
  }

  /// The gradient in the form that explanations use.
  var imageGradients: ImageGradients {
    ImageGradients(
      input: { image in
        try image.requireSize(size)
        return image.pixels.map { Float($0) / 255 }
      },
      logits: { pixels in
        guard !pixels.isEmpty else { return [] }
        return try rule.logits(memberLogits(inputs(pixels)))
      },
      gradients: { pixels, label in
        pixels.isEmpty ? [] : try gradients(pixels, label)
      })
  }

  private func inputs(_ pixels: [Float]) throws -> [(input: [Float], factor: [Float])] {
    try models.map { model in
      let scale = try Scale(model, size: size)
      return (scale.input(pixels), scale.factor)
    }
  }

  private func memberLogits(
    _ inputs: [(input: [Float], factor: [Float])]
  ) throws -> [[[Float]]] {
    try zip(models, inputs).map { try $0.logits($1.input) }
  }

  /// Sums the gradients of all logits of all models, each times its derivative in the rule.
  private func gradients(_ pixels: [Float], _ label: Int) throws -> [Float] {
    let inputs = try inputs(pixels)
    let logits = try memberLogits(inputs)
    let (images, length) = (logits.first?.count ?? 0, size * size * 3)
    let derivatives = (0..<images).map { image in
      rule.derivatives(logits.map { $0[image] }, of: label) ?? []
    }
    var sum = [Float](repeating: 0, count: pixels.count)
    for (index, model) in models.enumerated() {
      let (input, factor) = inputs[index]
      for other in logits[index].first?.indices ?? 0..<0 {
        let part = try model.gradients(input, other)
        for image in 0..<images {
          guard derivatives[image].indices.contains(index) else { continue }
          let weight = derivatives[image][index][other]
          for place in 0..<length {
            sum[image * length + place] += weight * factor[place] * part[image * length + place]
          }
        }
      }
    }
    return sum
  }
}
