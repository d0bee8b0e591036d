/// Superpixels by simple linear iterative clustering.
///
/// After Achanta, Shaji, Smith, Lucchi, Fua and Süsstrunk 2012, "SLIC superpixels compared to
/// state-of-the-art superpixel methods", TPAMI 34.
public enum SLIC {
  /// A label in `0..<k` for each pixel, row by row; each label is one region connected by sides.
  ///
  /// Returns about `segments` regions, never more than pixels. `compactness` (1...100, usually 10)
  /// weighs distance in the plane against distance in CIELAB. The result is deterministic.
  ///
  /// - Precondition: `segments` and `compactness` are positive.
  public static func segment(
    _ image: Image, segments: Int, compactness: Double = 10, iterations: Int = 10
  ) -> [Int32] {
    precondition(segments > 0 && compactness > 0 && iterations > 0)
    var clusters = Clusters(image, segments: segments, compactness: Float(compactness))
    for _ in 0..<iterations {
      clusters.assign()
      clusters.update()
    }
    return connected(
      clusters.labels, width: image.width, height: image.height, smallest: clusters.smallest)
  }

  /// Gives each connected piece its own label; small pieces join a neighbour found before.
  private static func connected(
    _ labels: [Int32], width: Int, height: Int, smallest: Int
  ) -> [Int32] {
    var out = [Int32](repeating: -1, count: labels.count)
    var count: Int32 = 0
    for start in labels.indices where out[start] < 0 {
      // In reading order, the pixel to the left or above has its final label already.
      let neighbour = start % width > 0 ? out[start - 1] : start >= width ? out[start - width] : -1
      var piece = [start]
      out[start] = count
      var next = 0
      while next < piece.count {
        let pixel = piece[next]
        next += 1
        let x = pixel % width
        func visit(_ at: Int) {
          guard out[at] < 0, labels[at] == labels[start] else { return }
          out[at] = count
          piece.append(at)
        }
        if x > 0 { visit(pixel - 1) }
        if x < width - 1 { visit(pixel + 1) }
        if pixel >= width { visit(pixel - width) }
        if pixel < labels.count - width { visit(pixel + width) }
      }
      if piece.count < smallest, neighbour >= 0 {
        for pixel in piece { out[pixel] = neighbour }
      } else {
        count += 1
      }
    }
    return out
  }
}

/// The clusters of SLIC: k-means over colour and position, each centre searching only near itself.
private struct Clusters {
  private struct Centre {
    var (l, a, b, x, y): (Float, Float, Float, Float, Float)
  }

  private let (width, height): (Int, Int)
  private let lab: [Float]
  /// The distance between centres of the starting grid.
  private let step: Float
  /// The weight of a squared distance in the plane relative to a squared colour distance.
  private let weight: Float
  private var centres: [Centre] = []
  private(set) var labels: [Int32]
  private var distances: [Float]

  /// A piece with fewer pixels, a quarter of a grid cell, joins a neighbour.
  var smallest: Int { max(1, Int(step * step / 4)) }

  init(_ image: Image, segments: Int, compactness: Float) {
    (width, height) = (image.width, image.height)
    lab = LabColours.convert(image)
    step = max(1, (Float(width * height) / Float(segments)).squareRoot())
    weight = compactness * compactness / (step * step)
    labels = [Int32](repeating: 0, count: width * height)
    distances = [Float](repeating: .infinity, count: width * height)
    let columns = max(1, Int((Float(width) / step).rounded()))
    let rows = max(1, Int((Float(height) / step).rounded()))
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (2 * column + 1) * width / (2 * columns)
        let y = (2 * row + 1) * height / (2 * rows)
        let (bestX, bestY) = flattest(around: x, y)
        let at = 3 * (bestY * width + bestX)
        centres.append(
          Centre(l: lab[at], a: lab[at + 1], b: lab[at + 2], x: Float(bestX), y: Float(bestY)))
      }
    }
  }

  /// The position of the smallest gradient among nine, so that no centre starts on an edge or
  /// noise.
  private func flattest(around x: Int, _ y: Int) -> (x: Int, y: Int) {
    guard step >= 3 else { return (x, y) }
    var best = (x: x, y: y, gradient: gradient(x, y))
    for row in y - 1...y + 1 {
      for column in x - 1...x + 1 {
        let gradient = gradient(column, row)
        if gradient < best.gradient { best = (column, row, gradient) }
      }
    }
    return (best.x, best.y)
  }

  private func gradient(_ x: Int, _ y: Int) -> Float {
    guard x > 0, y > 0, x < width - 1, y < height - 1 else { return .infinity }
    var sum: Float = 0
    for (ahead, behind) in [(1, -1), (width, -width)] {
      for channel in 0..<3 {
        let here = 3 * (y * width + x) + channel
        let change = lab[here + 3 * ahead] - lab[here + 3 * behind]
        sum += change * change
      }
    }
    return sum
  }

  /// Assigns each pixel to the nearest centre within a square of twice the step.
  mutating func assign() {
    distances = [Float](repeating: .infinity, count: width * height)
    for (label, centre) in centres.enumerated() {
      let left = max(0, Int((centre.x - step).rounded(.down)))
      let right = min(width - 1, Int((centre.x + step).rounded(.up)))
      let top = max(0, Int((centre.y - step).rounded(.down)))
      let bottom = min(height - 1, Int((centre.y + step).rounded(.up)))
      for y in top...bottom {
        let down = Float(y) - centre.y
        for x in left...right {
          let pixel = y * width + x
          let across = Float(x) - centre.x
          let l = lab[3 * pixel] - centre.l
          let a = lab[3 * pixel + 1] - centre.a
          let b = lab[3 * pixel + 2] - centre.b
          let colour = l * l + a * a + b * b
          let distance = colour + weight * (across * across + down * down)
          if distance < distances[pixel] {
            distances[pixel] = distance
            labels[pixel] = Int32(label)
          }
        }
      }
    }
  }

  /// Moves each centre to the mean of its pixels; one without pixels keeps its place.
  mutating func update() {
    var sums = [Double](repeating: 0, count: centres.count * 6)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        let at = 6 * Int(labels[pixel])
        for channel in 0..<3 { sums[at + channel] += Double(lab[3 * pixel + channel]) }
        sums[at + 3] += Double(x)
        sums[at + 4] += Double(y)
        sums[at + 5] += 1
      }
    }
    for label in centres.indices where sums[6 * label + 5] > 0 {
      let mean = (0..<5).map { Float(sums[6 * label + $0] / sums[6 * label + 5]) }
      centres[label] = Centre(l: mean[0], a: mean[1], b: mean[2], x: mean[3], y: mean[4])
    }
  }
}
