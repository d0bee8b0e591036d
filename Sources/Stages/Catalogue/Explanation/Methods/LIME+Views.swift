internal import Imaging

extension LIME.Explanation {
  /// The super-pixels with the largest weights, by decreasing magnitude; ties in ascending order.
  func strongest(_ count: Int, positiveOnly: Bool) -> [Int] {
    let order = weights.indices.filter { positiveOnly ? weights[$0] > 0 : weights[$0] != 0 }
      .sorted { (abs(weights[$1]), $0) < (abs(weights[$0]), $1) }
    return Array(order.prefix(count))
  }

  /// The strongest supporting super-pixels on black.
  func hiddenView(of image: Image, features: Int) -> Image {
    let chosen = mask(of: strongest(features, positiveOnly: true))
    var view = image
    for pixel in chosen.indices where chosen[pixel] == 0 {
      for channel in 0..<image.channels { view.pixels[pixel * image.channels + channel] = 0 }
    }
    return view
  }

  /// The whole image, with the strongest supporting super-pixels outlined.
  func positiveView(of image: Image, features: Int) -> Image {
    image.boundaries(
      of: mask(of: strongest(features, positiveOnly: true)), colour: (255, 255, 0))
  }

  /// The whole image, with the strongest super-pixels tinted: green supports, red contradicts.
  func bothView(of image: Image, features: Int) -> Image {
    let chosen = Set(strongest(features, positiveOnly: false))
    var view = image
    for (pixel, segment) in segments.enumerated() where chosen.contains(Int(segment)) {
      let tint: [UInt8] = weights[Int(segment)] > 0 ? [0, 255, 0] : [255, 0, 0]
      for channel in 0..<image.channels {
        let at = pixel * image.channels + channel
        view.pixels[at] = UInt8((Int(view.pixels[at]) + Int(tint[channel])) / 2)
      }
    }
    return view
  }

  /// How much each pixel supports the class: the weight of its super-pixel, 0 where it contradicts.
  func saliency(width: Int, height: Int) -> Saliency {
    Saliency(
      width: width, height: height,
      values: segments.map { Float(max(weights[Int($0)], 0)) })
  }

  private func mask(of chosen: [Int]) -> [Int32] {
    let chosen = Set(chosen)
    return segments.map { chosen.contains(Int($0)) ? 1 : 0 }
  }
}
