/// Which pixels of a smear are nuclei, and which are stained at all.
struct StainMask {
  /// Whether cells are cut out on black; then every other pixel is both.
  let isCutOut: Bool
  private(set) var nuclei: [Bool]
  private(set) var stained: [Bool]

  init(_ image: Image) {
    let (width, height) = (image.width, image.height)
    let isBlack = Ground.isBlack(image)
    let all = isBlack.count { $0 }
    let border = isBlack.indices.filter { pixel in
      let (x, y) = (pixel % width, pixel / width)
      return x == 0 || y == 0 || x == width - 1 || y == height - 1
    }
    let borderBlack = border.count { isBlack[$0] }
    isCutOut = 2 * all >= isBlack.count || 10 * borderBlack >= 9 * border.count
    nuclei = isBlack.map { !$0 }
    stained = nuclei
    guard !isCutOut else { return }
    // Where an image was turned, its edge against black is blurred.
    let kept = all == 0 ? nuclei : Self.eroded(nuclei, width, height, by: 3)
    var (violet, green) = ([Int](repeating: 0, count: 256), [Int](repeating: 0, count: 256))
    let tones = kept.indices.map { pixel in
      let (red, blue) = (Int(image.pixels[3 * pixel]), Int(image.pixels[3 * pixel + 2]))
      return UInt8(min(max(128 + blue - red, 0), 255))
    }
    for pixel in kept.indices where kept[pixel] {
      violet[Int(tones[pixel])] += 1
      green[Int(image.pixels[3 * pixel + 1])] += 1
    }
    // Drawings may have only two colours.
    let nucleus = Otsu.thresholds(violet)?.upper ?? Otsu.threshold(violet)
    let pale = Otsu.thresholds(green)?.upper ?? Otsu.threshold(green)
    for pixel in kept.indices {
      nuclei[pixel] = kept[pixel] && tones[pixel] > nucleus
      stained[pixel] = kept[pixel] && image.pixels[3 * pixel + 1] <= pale
    }
  }

  /// The mask without pixels that have one outside within `radius` columns and rows.
  private static func eroded(
    _ mask: [Bool], _ width: Int, _ height: Int, by radius: Int
  ) -> [Bool] {
    var rows = mask
    for pixel in mask.indices where !mask[pixel] {
      let (x, row) = (pixel % width, pixel / width * width)
      for other in max(x - radius, 0)...min(x + radius, width - 1) { rows[row + other] = false }
    }
    var out = rows
    for pixel in rows.indices where !rows[pixel] {
      let (x, y) = (pixel % width, pixel / width)
      for other in max(y - radius, 0)...min(y + radius, height - 1) {
        out[other * width + x] = false
      }
    }
    return out
  }
}
