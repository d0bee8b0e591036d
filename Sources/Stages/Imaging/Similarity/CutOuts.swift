/// Images that may have been cut out of larger ones at the same scale, at unknown positions.
///
/// A cut-out is searched for on a grid of 16 x 16 areas by normalised cross-correlation (Lewis
/// 1995, "Fast normalized cross-correlation"); the best position is then refined in the full image
/// by perceptual hash. A cut-out that was turned, or resized by more than a few percent, is not
/// found.
public struct CutOuts: Sendable {
  private static let side = 16
  /// The least correlation of a position worth refining.
  private static let least: Float = 0.8

  private struct Template: Sendable {
    let index: Int
    let hash: PerceptualHash
    /// Mean 0 and norm 1.
    let rows: [SIMD16<Float>]
  }

  private struct Size: Hashable {
    let width: Int
    let height: Int
  }

  private let templates: [(size: Size, members: [Template])]

  /// Cut-outs to search for.
  ///
  /// Flat ones, and those with a side below 16 pixels, are never found.
  public init(_ images: [Image]) {
    var found: [Size: [Template]] = [:]
    for (index, image) in images.enumerated() {
      guard image.width >= Self.side, image.height >= Self.side,
        let rows = Self.rows(image.grey)
      else { continue }
      found[Size(width: image.width, height: image.height), default: []].append(
        Template(index: index, hash: PerceptualHash(image), rows: rows))
    }
    templates = found.map { ($0.key, $0.value) }.sorted {
      ($0.size.width, $0.size.height) < ($1.size.width, $1.size.height)
    }
  }

  /// The indices of the cut-outs that are part of an image, ascending: their hash differs from that
  /// of some part in at most `distance` bits.
  public func found(in image: Image, within distance: Int) -> [Int] {
    let grey = image.grey
    var found: [Int] = []
    for (size, members) in templates
    where grey.width >= size.width && grey.height >= size.height {
      let grid = Grid(
        grey.resized(
          width: grey.width * Self.side / size.width, height: grey.height * Self.side / size.height,
          by: .area))
      for template in members {
        guard let place = grid.best(template.rows, least: Self.least) else { continue }
        let x = place.x * grey.width / grid.width
        let y = place.y * grey.height / grid.height
        if Self.refined(template.hash, size, in: grey, x, y) <= distance {
          found.append(template.index)
        }
      }
    }
    return found.sorted()
  }

  /// The smallest distance of a hash to those of parts around a position, by descent.
  private static func refined(
    _ hash: PerceptualHash, _ size: Size, in grey: Image, _ x: Int, _ y: Int
  ) -> Int {
    func distance(_ x: Int, _ y: Int) -> Int {
      guard x >= 0, y >= 0, x + size.width <= grey.width, y + size.height <= grey.height else {
        return .max
      }
      let box = Rectangle(x: x, y: y, width: size.width, height: size.height)
      return hash.distance(to: PerceptualHash(grey.cropped(to: box)))
    }
    var x = min(max(x, 0), grey.width - size.width)
    var y = min(max(y, 0), grey.height - size.height)
    var best = distance(x, y)
    var step = max(1, max(size.width, size.height) / (2 * side))
    while step > 0 {
      let near = [-step, 0, step].flatMap { dy in [-step, 0, step].map { (x + $0, y + dy) } }
      let distances = near.map { distance($0.0, $0.1) }
      if let index = distances.indices.min(by: { distances[$0] < distances[$1] }),
        distances[index] < best
      {
        (x, y) = near[index]
        best = distances[index]
      } else {
        step /= 2
      }
    }
    return best
  }

  /// 16 x 16 areas of an image with mean 0 and norm 1; `nil` for a flat image.
  private static func rows(_ grey: Image) -> [SIMD16<Float>]? {
    let small = grey.resized(width: side, height: side, by: .area).pixels.map(Float.init)
    let mean = small.reduce(0, +) / Float(small.count)
    let norm = small.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    guard norm > 1 else { return nil }
    return (0..<side).map { row in
      SIMD16(small[row * side..<(row + 1) * side].map { ($0 - mean) / norm })
    }
  }

  /// An image in areas as large as those of the cut-outs.
  private struct Grid {
    let width: Int
    let height: Int
    /// The areas, and for each position the inverse norm of the window there, 0 if it is flat.
    let values: [Float]
    let scales: [Float]

    init(_ image: Image) {
      (width, height) = (image.width, image.height)
      values = image.pixels.map(Float.init)
      let (across, down) = (max(0, width - side + 1), max(0, height - side + 1))
      var scales = [Float](repeating: 0, count: across * down)
      for y in 0..<down {
        for x in 0..<across {
          var (sum, squares) = (0, 0)
          for row in y..<y + side {
            for value in image.pixels[row * width + x..<row * width + x + side] {
              sum += Int(value)
              squares += Int(value) * Int(value)
            }
          }
          let spread = Float(squares) - Float(sum * sum) / Float(side * side)
          if spread > 1 { scales[y * across + x] = 1 / spread.squareRoot() }
        }
      }
      self.scales = scales
    }

    /// The position with the largest correlation, if that is at least `least`.
    func best(_ rows: [SIMD16<Float>], least: Float) -> (x: Int, y: Int)? {
      let (across, down) = (width - side + 1, height - side + 1)
      guard across > 0, down > 0 else { return nil }
      var (best, place) = (least, -1)
      values.withUnsafeBytes { bytes in
        for y in 0..<down {
          for x in 0..<across {
            var sum = SIMD16<Float>()
            for row in 0..<side {
              let at = ((y + row) * width + x) * MemoryLayout<Float>.stride
              sum += rows[row] * bytes.loadUnaligned(fromByteOffset: at, as: SIMD16<Float>.self)
            }
            let correlation = sum.sum() * scales[y * across + x]
            if correlation > best { (best, place) = (correlation, y * across + x) }
          }
        }
      }
      return place < 0 ? nil : (place % across, place / across)
    }
  }
}
