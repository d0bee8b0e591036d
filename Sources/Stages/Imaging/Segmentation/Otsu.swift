/// Otsu's threshold (Otsu 1979, "A threshold selection method from gray-level histograms").
public enum Otsu {
  /// The sample value that divides an image of one channel into two classes of maximum separation.
  ///
  /// Samples above the threshold are the upper class, as in scikit-image's `threshold_otsu`. Of
  /// equally good thresholds the lowest is returned, and for an image of one value, that value.
  ///
  /// - Precondition: the image has one channel.
  public static func threshold(_ image: Image) -> UInt8 {
    precondition(image.channels == 1, "Otsu's threshold is of one channel")
    let counts = image.histogram
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
    let pixels = [UInt8](unsafeUninitializedCapacity: self.pixels.count) { out, count in
      count = self.pixels.count
      self.pixels.withUnsafeBufferPointer { from in
        for at in 0..<count { out[at] = from[at] > threshold ? 255 : 0 }
      }
    }
    return Image(width: width, height: height, channels: 1, pixels: pixels)
  }

  /// How often each sample value occurs.
  var histogram: [Int] {
    // Four tables: with one, increments for equal neighbours would wait for one another.
    var counts = [UInt32](repeating: 0, count: 4 * 256)
    counts.withUnsafeMutableBufferPointer { counts in
      pixels.withUnsafeBufferPointer { from in
        let whole = from.count / 4 * 4
        for at in stride(from: 0, to: whole, by: 4) {
          counts[Int(from[at])] &+= 1
          counts[256 + Int(from[at + 1])] &+= 1
          counts[512 + Int(from[at + 2])] &+= 1
          counts[768 + Int(from[at + 3])] &+= 1
        }
        for at in whole..<from.count { counts[Int(from[at])] &+= 1 }
      }
    }
    return (0..<256).map { value in
      (0..<4).reduce(0) { $0 + Int(counts[$1 * 256 + value]) }
    }
  }
}
