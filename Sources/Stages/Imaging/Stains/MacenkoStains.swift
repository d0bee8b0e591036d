internal import Foundation

/// The two stains of an image: the light each absorbs, and the maximum amount of each.
///
/// After Macenko et al. 2009, "A method for normalizing histology slides for quantitative
/// analysis", with the constants of its widely used implementations: transmitted light of 240,
/// densities of at least 0.15, angles between the 1st and 99th percentile, amounts at the 99th. The
/// target is always measured: those implementations' default is haematoxylin and eosin, while blood
/// is stained with azure and eosin.
public struct MacenkoStains: Sendable, Hashable {
  /// The optical density of each stain in red, green and blue, as unit vectors.
  ///
  /// The stain that is denser in red comes first: haematoxylin, or azure.
  public let densities: [[Double]]
  /// The 99th percentile of each stain's amount.
  public let strongest: [Double]

  /// Stains with known values.
  public init(densities: [[Double]], strongest: [Double]) {
    precondition(densities.map(\.count) == [3, 3] && strongest.count == 2)
    (self.densities, self.strongest) = (densities, strongest)
  }

  private static let (light, faintest) = (240.0, 0.15)
  /// The optical density of each sample value.
  private static let density = (0...255).map { -log((Double($0) + 1) / light) }

  /// Measures the stains of an image outside its black background; `nil` if fewer than 32 pixels
  /// are stained, or if they are all alike.
  public init?(_ image: Image) {
    guard let measured = Self.measure(image) else { return nil }
    self.init(densities: measured.densities, strongest: measured.strongest)
  }

  /// The image with its stains replaced by these in proportion; its black background is kept.
  ///
  /// `nil` if the image's own stains cannot be measured.
  public func applied(to image: Image) -> Image? {
    guard let own = Self.measure(image) else { return nil }
    let scale = zip(strongest, own.strongest).map { $0 / $1 }
    let isBlack = Ground.isBlack(image)
    var out = image
    for pixel in isBlack.indices where !isBlack[pixel] {
      let amounts = own.amounts(pixel)
      let (first, second) = (amounts.0 * scale[0], amounts.1 * scale[1])
      for channel in 0..<3 {
        let density = densities[0][channel] * first + densities[1][channel] * second
        let sample = Self.light * exp(-density)
        out.pixels[3 * pixel + channel] = UInt8(min(max(sample, 0), 255))
      }
    }
    return out
  }

  /// The stains of an image, and the matrix that yields their amounts in a pixel.
  private struct Measure {
    var densities: [[Double]]
    var strongest: [Double]
    let image: Image
    /// Rows of the pseudo-inverse of the densities.
    let unmixing: [[Double]]

    func amounts(_ pixel: Int) -> (Double, Double) {
      var sums = (0.0, 0.0)
      for channel in 0..<3 {
        let value = MacenkoStains.density[Int(image.pixels[3 * pixel + channel])]
        sums.0 += unmixing[0][channel] * value
        sums.1 += unmixing[1][channel] * value
      }
      return sums
    }
  }

  private static func measure(_ image: Image) -> Measure? {
    guard image.channels == 3 else { return nil }
    let isBlack = Ground.isBlack(image)
    let kept = isBlack.indices.filter { !isBlack[$0] }
    let stained = kept.map { pixel in
      (0..<3).map { density[Int(image.pixels[3 * pixel + $0])] }
    }.filter { $0.allSatisfy { $0 >= faintest } }
    guard stained.count >= 32 else { return nil }
    let plane = SymmetricMatrix(covarianceOf: stained).eigenvectors.prefix(2)
    // Densities are positive and so is the first direction, which keeps angles away from the jump.
    let first = plane[0].reduce(0, +) < 0 ? plane[0].map { -$0 } : plane[0]
    let second = plane[1]
    let angles = stained.map { atan2(dot($0, second), dot($0, first)) }.sorted()
    let ends = [0.01, 0.99].map { share in
      let angle = quantile(angles, share)
      return (0..<3).map { first[$0] * cos(angle) + second[$0] * sin(angle) }
    }
    let densities = ends[0][0] > ends[1][0] ? ends : [ends[1], ends[0]]
    let (a, b) = (dot(densities[0], densities[0]), dot(densities[0], densities[1]))
    let c = dot(densities[1], densities[1])
    let determinant = a * c - b * b
    guard determinant > 1e-9 else { return nil }
    let unmixing = [
      (0..<3).map { (c * densities[0][$0] - b * densities[1][$0]) / determinant },
      (0..<3).map { (a * densities[1][$0] - b * densities[0][$0]) / determinant },
    ]
    var measure = Measure(
      densities: densities, strongest: [], image: image, unmixing: unmixing)
    let amounts = kept.map { measure.amounts($0) }
    measure.strongest = [amounts.map(\.0), amounts.map(\.1)].map { quantile($0.sorted(), 0.99) }
    guard measure.strongest.allSatisfy({ $0 > 1e-6 }) else { return nil }
    return measure
  }

  private static func dot(_ one: [Double], _ other: [Double]) -> Double {
    one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
  }

  /// The quantile at a share of sorted values, linearly interpolated like NumPy's percentile.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let next = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[next] - sorted[below]) * (place - Double(below))
  }
}

/// A symmetric 3 x 3 matrix.
struct SymmetricMatrix {
  private var rows: [[Double]]

  /// The covariance of at least two points with three coordinates.
  init(covarianceOf points: [[Double]]) {
    let count = Double(points.count)
    let mean = (0..<3).map { axis in points.reduce(0) { $0 + $1[axis] } / count }
    rows = (0..<3).map { row in
      (0..<3).map { column in
        points.reduce(0) { $0 + ($1[row] - mean[row]) * ($1[column] - mean[column]) } / (count - 1)
      }
    }
  }

  /// Unit eigenvectors, that of the largest eigenvalue first, computed by Jacobi rotations.
  var eigenvectors: [[Double]] {
    var (a, v) = (rows, [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]])
    for _ in 0..<32 {
      let apart = a[0][1] * a[0][1] + a[0][2] * a[0][2] + a[1][2] * a[1][2]
      if apart < 1e-300 { break }
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let angle = 0.5 * atan2(2 * a[p][q], a[q][q] - a[p][p])
        let (c, s) = (cos(angle), sin(angle))
        for k in 0..<3 {
          (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in 0..<3 {
          (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        }
        for k in 0..<3 {
          (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
        }
      }
    }
    let order = (0..<3).sorted { a[$0][$0] > a[$1][$1] }
    return order.map { column in (0..<3).map { v[$0][column] } }
  }
}
