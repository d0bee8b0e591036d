extension Image {
  /// The image with its range of samples stretched to 0...255, the same for all channels.
  ///
  /// The given share of the samples is clipped at either end: the value at that percentile
  /// (interpolated as in NumPy) becomes 0 or 255. As scikit-image's `rescale_intensity` between
  /// percentiles, rounded. An image of one value is unchanged.
  ///
  /// - Precondition: the share is at least 0 and below one half.
  public func stretched(cutting share: Double) -> Image {
    precondition((0..<0.5).contains(share))
    let counts = histogram
    let low = Self.quantile(share, of: counts, total: pixels.count)
    let high = Self.quantile(1 - share, of: counts, total: pixels.count)
    guard high > low else { return self }
    let table = (0...255).map { sample in
      UInt8((min(max((Double(sample) - low) / (high - low), 0), 1) * 255).rounded(.toNearestOrEven))
    }
    var out = self
    for at in out.pixels.indices { out.pixels[at] = table[Int(out.pixels[at])] }
    return out
  }

  /// The quantile at a share of the samples, linearly interpolated.
  private static func quantile(_ share: Double, of counts: [Int], total: Int) -> Double {
    let place = share * Double(total - 1)
    let below = Int(place.rounded(.down))
    func sample(_ rank: Int) -> Double {
      var passed = 0
      for (value, count) in counts.enumerated() {
        passed += count
        if rank < passed { return Double(value) }
      }
      return 255
    }
    let (first, second) = (sample(below), sample(min(below + 1, total - 1)))
    return first + (second - first) * (place - Double(below))
  }

  /// The image after contrast-limited adaptive histogram equalisation (CLAHE, Zuiderveld 1994).
  ///
  /// As OpenCV's `createCLAHE(clip, (tiles, tiles))` on luma. In a colour image every channel
  /// changes by as much as luma, so that colour differences are kept except where samples are
  /// clamped.
  ///
  /// - Precondition: `clip` and `tiles` are positive.
  public func equalised(clip: Double, tiles: Int) -> Image {
    precondition(clip > 0 && tiles > 0)
    let before = grey
    let after = before.equalisedPlane(clip: clip, tiles: tiles)
    guard channels == 3 else { return after }
    var out = self
    for pixel in 0..<width * height {
      let change = Int(after.pixels[pixel]) - Int(before.pixels[pixel])
      for at in 3 * pixel..<3 * pixel + 3 {
        out.pixels[at] = UInt8(min(max(Int(pixels[at]) + change, 0), 255))
      }
    }
    return out
  }

  /// One channel after CLAHE, as `equalised(clip:tiles:)`.
  func equalisedPlane(clip: Double, tiles: Int) -> Image {
    // If a length is not a multiple of `tiles`, OpenCV pads both, a multiple by `tiles` more.
    let isWhole = width % tiles == 0 && height % tiles == 0
    let padded =
      isWhole
      ? self
      : mirrored(
        left: 0, right: tiles - width % tiles, top: 0, bottom: tiles - height % tiles)
    let (tileWidth, tileHeight) = (padded.width / tiles, padded.height / tiles)
    let tables = (0..<tiles * tiles).map { tile in
      padded.tileTable(
        Rectangle(
          x: tile % tiles * tileWidth, y: tile / tiles * tileHeight, width: tileWidth,
          height: tileHeight), clip: clip)
    }
    /// The two tiles whose centres enclose a position, and the weight of the second.
    func neighbours(_ place: Int, _ length: Int) -> (Int, Int, Float) {
      let position = Float(place) / Float(length) - 0.5
      let first = Int(position.rounded(.down))
      return (max(first, 0), min(first + 1, tiles - 1), position - Float(first))
    }
    let columns = (0..<width).map { neighbours($0, tileWidth) }
    var out = self
    for y in 0..<height {
      let (top, bottom, down) = neighbours(y, tileHeight)
      for x in 0..<width {
        let (left, right, across) = columns[x]
        let sample = Int(pixels[y * width + x])
        let upper =
          Float(tables[top * tiles + left][sample]) * (1 - across)
          + Float(tables[top * tiles + right][sample]) * across
        let lower =
          Float(tables[bottom * tiles + left][sample]) * (1 - across)
          + Float(tables[bottom * tiles + right][sample]) * across
        let mixed = (upper * (1 - down) + lower * down).rounded(.toNearestOrEven)
        out.pixels[y * width + x] = UInt8(min(max(mixed, 0), 255))
      }
    }
    return out
  }

  /// The lookup table of a tile: its cumulative histogram, clipped with the excess redistributed.
  private func tileTable(_ tile: Rectangle, clip: Double) -> [UInt8] {
    var counts = [Int](repeating: 0, count: 256)
    for y in tile.y..<tile.y + tile.height {
      for x in tile.x..<tile.x + tile.width { counts[Int(pixels[y * width + x])] += 1 }
    }
    let area = tile.width * tile.height
    let limit = max(1, Int(clip * Double(area) / 256))
    var excess = 0
    for value in 0..<256 where counts[value] > limit {
      excess += counts[value] - limit
      counts[value] = limit
    }
    for value in 0..<256 { counts[value] += excess / 256 }
    let rest = excess % 256
    if rest > 0 {
      let step = max(256 / rest, 1)
      for value in stride(from: 0, to: 256, by: step).prefix(rest) { counts[value] += 1 }
    }
    let scale = 255 / Float(area)
    var sum = 0
    return counts.map { count in
      sum += count
      return UInt8(min(max((Float(sum) * scale).rounded(.toNearestOrEven), 0), 255))
    }
  }
}
