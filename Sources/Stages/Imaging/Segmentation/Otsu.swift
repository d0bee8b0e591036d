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
    return threshold(image.histogram)
  }

  /// The same threshold of a histogram with 256 counts.
  static func threshold(_ counts: [Int]) -> UInt8 {
    let total = counts.reduce(0, +)
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

  /// The two sample values that divide a histogram into three classes of maximum separation.
  ///
  /// Liao, Chen and Chung 2001, "A fast algorithm for multilevel thresholding". The classes are the
  /// values up to the first threshold, up to the second, and above it, as scikit-image's
  /// `threshold_multiotsu` computes them; of equally good pairs the lowest is returned. `nil` if
  /// fewer than three values occur.
  ///
  /// - Precondition: there are 256 counts.
  public static func thresholds(_ counts: [Int]) -> (lower: UInt8, upper: UInt8)? {
    precondition(counts.count == 256, "a histogram has 256 counts")
    guard counts.count(where: { $0 > 0 }) >= 3 else { return nil }
    // Sums of counts and of values below each value.
    var (number, sum) = ([0], [0])
    for value in 0...255 {
      number.append(number[value] + counts[value])
      sum.append(sum[value] + value * counts[value])
    }
    /// The between-class variance grows with the sum of these, one per class.
    func term(_ from: Int, _ to: Int) -> Double? {
      let count = number[to] - number[from]
      guard count > 0 else { return nil }
      let total = Double(sum[to] - sum[from])
      return total * total / Double(count)
    }
    var best = (lower: 0, upper: 0, variance: -1.0)
    for lower in 0..<254 {
      guard let first = term(0, lower + 1) else { continue }
      for upper in lower + 1..<255 {
        guard let second = term(lower + 1, upper + 1), let third = term(upper + 1, 256) else {
          continue
        }
        if first + second + third > best.variance {
          best = (lower, upper, first + second + third)
        }
      }
    }
    return (UInt8(best.lower), UInt8(best.upper))
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
