internal import Foundation
internal import Imaging
internal import Neural

/// Score-CAM (Wang and others 2020): class activation mapping without gradients.
///
/// Each channel of a layer, enlarged to the image and scaled to 0...1, masks the image: a pixel
/// keeps that share of its difference from the hidden image. The weights of the channels are the
/// softmax of the class's logits for the masked images, as in the package pytorch-grad-cam, and the
/// map is the weighted sum of the channels; negative sums are set to 0.
struct ScoreCAM: ExplanationMethod {
  static let need: ExplanationNeed? = .maps
  static let parameters = ["layer", "hide"]
  static let isPerNetwork = true
  static let isExpensive = true

  /// The number of channels assumed where the network is not known.
  private static let usualChannels = 1024.0

  /// The colour of what is hidden; mean is that of the image.
  var hiding = Hiding.mean

  static func cost(_ parameters: Explain.Parameters) -> Double { usualChannels }

  init(_ parameters: Explain.Parameters) { hiding = parameters.hide }

  /// A method that hides with a colour.
  init(hiding: Hiding) { self.hiding = hiding }

  func findings(
    _ image: Image, _ prediction: ExplainedModel.Prediction, _ setting: ExplanationMethods
  ) throws -> [ExplanationMethods.Named] {
    try setting.model.layerMaps(image, nil).map { part, maps in
      let map = try map(
        maps, image, class: prediction.predicted, logits: setting.model.scores)
      return try setting.finding(
        (part, map, maps.width, maps.height), .scoreCAM, image, prediction)
    }
  }

  /// The map of a class at the size of a layer; `logits` returns one number per class for each of
  /// at most 32 images.
  func map(
    _ maps: LayerMaps, _ image: Image, class label: Int,
    logits: ([Image]) throws -> [[Float]]
  ) rethrows -> [Float] {
    let hidden = hiding.plain(like: image) ?? image.evened
    // A channel with one value everywhere hides the whole image.
    var scores = [Double](
      repeating: Double(try logits([hidden])[0][label]), count: maps.channels)
    let uneven = (0..<maps.channels).filter { channel in
      let map = maps.map(of: channel)
      return map.contains { $0 != map[0] }
    }
    for start in stride(from: 0, to: uneven.count, by: SuperPixels.batch) {
      let batch = uneven[start..<min(start + SuperPixels.batch, uneven.count)]
      let rows = try logits(batch.map { masked(image, hidden, maps, $0) })
      for (channel, row) in zip(batch, rows) { scores[channel] = Double(row[label]) }
    }
    let highest = scores.max() ?? 0
    let odds = scores.map { exp($0 - highest) }
    let total = odds.reduce(0, +)
    return maps.weighted(by: odds.map { Float($0 / total) })
  }

  /// The image where a channel is 1, the hidden one where it is 0, rounded to 8 bits.
  private func masked(
    _ image: Image, _ hidden: Image, _ maps: LayerMaps, _ channel: Int
  ) -> Image {
    let large = Saliency.enlarged(
      maps.map(of: channel), width: maps.width, height: maps.height, toWidth: image.width,
      toHeight: image.height)
    let (lowest, highest) = (large.min() ?? 0, large.max() ?? 0)
    var masked = image
    for (pixel, value) in large.enumerated() {
      let share = highest > lowest ? (value - lowest) / (highest - lowest) : 0
      for at in pixel * image.channels..<(pixel + 1) * image.channels {
        let (from, to) = (Float(hidden.pixels[at]), Float(image.pixels[at]))
        masked.pixels[at] = UInt8((from + share * (to - from)).rounded())
      }
    }
    return masked
  }
}
