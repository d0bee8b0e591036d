/// Otsu's threshold (Otsu 1979, "A threshold selection method from gray-level histograms").
public enum Otsu {
  /// The sample value that parts an image of one channel into the two classes furthest apart.
  ///
  /// Samples above the threshold are the upper class, as with scikit-image's `threshold_otsu`. Of
  /// equal thresholds it is the lowest; an image of one value has that value.
  ///
  /// - Precondition: the image has one channel.
  public static func threshold(_ image: Image) -> UInt8 {
    precondition(image.channels == 1, "Otsu's threshold is of one channel")
    var counts = [Int](repeating: 0, count: 256)
    for sample in image.pixels { counts[Int(sample)] += 1 }
    let total = image.pixels.count
    var sum = 0
    for value in 0...255 { sum += value * counts[value] }
    let lowest = counts.firstIndex { $0 > 0 } ?? 0
    var (best, greatest) = (lowest, -1.0)
    var (below, belowSum) = (0, 0)
    for value in lowest...255 {
      below += counts[value]
      belowSum += value * counts[value]
      let above = total - below
      guard above > 0 else { break }
      let distance =
        Double(belowSum) / Double(below) - Double(sum - belowSum) / Double(above)
      let variance = Double(below) * Double(above) * distance * distance
      if variance > greatest { (best, greatest) = (value, variance) }
    }
    return UInt8(best)
  }
}

extension Image {
  /// 255 where a sample is above a threshold, else 0.
  ///
  /// - Precondition: the image has one channel.
  public func mask(above threshold: UInt8) -> Image {
    precondition(channels == 1, "a mask is made of one channel")
    var out = self
    for at in out.pixels.indices { out.pixels[at] = out.pixels[at] > threshold ? 255 : 0 }
    return out
  }
}
