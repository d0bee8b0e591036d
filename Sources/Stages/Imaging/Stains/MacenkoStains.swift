internal import Foundation

/// The two stains of an image: what light they take away, and how much of each there is at most.
///
/// After Macenko et al. 2009, "A method for normalizing histology slides for quantitative analysis",
/// with the constants of its widely used programs: light of 240, densities from 0.15 on, angles
/// between the 1st and 99th percentile, strength at the 99th.
public struct MacenkoStains: Sendable, Hashable {
  /// The optical density of either stain in red, green and blue, unit vectors.
  ///
  /// The stronger one in red stands first, as haematoxylin is.
  public let densities: [[Double]]
  /// The 99th percentile of either stain's amount.
  public let strongest: [Double]

  /// Stains that are known.
  public init(densities: [[Double]], strongest: [Double]) {
    precondition(densities.map(\.count) == [3, 3] && strongest.count == 2)
    (self.densities, self.strongest) = (densities, strongest)
  }

  /// Haematoxylin and eosin as the method's programs have them.
  public static let haematoxylinAndEosin = MacenkoStains(
    densities: [[0.5626, 0.7201, 0.4062], [0.2159, 0.8012, 0.5581]], strongest: [1.9705, 1.0308])

  private static let (light, faintest) = (240.0, 0.15)
  /// The optical density of each sample.
  private static let density = (0...255).map { -log((Double($0) + 1) / light) }

  /// The stains of an image without its black ground; `nil` where fewer than 32 pixels are stained,
  /// or all alike.
  public init?(_ image: Image) {
    guard let measured = Self.measure(image) else { return nil }
    self.init(densities: measured.densities, strongest: measured.strongest)
  }

  /// An image with its stains replaced by these, pixel by pixel as much; its black ground stays.
  ///
  /// `nil` where the image's own stains cannot be told.
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

  /// The stains of an image, and how to tell their amounts in a pixel.
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
    // Densities are positive, and so is the first direction: angles then stay away from the jump.
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

  /// The value at a share of sorted values, between neighbours in proportion, as NumPy's percentile.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let next = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[next] - sorted[below]) * (place - Double(below))
  }
}

/// A symmetric matrix of three rows.
struct SymmetricMatrix {
  private var rows: [[Double]]

  /// The covariance of points with three coordinates, at least two of them.
  init(covarianceOf points: [[Double]]) {
    let count = Double(points.count)
    let mean = (0..<3).map { axis in points.reduce(0) { $0 + $1[axis] } / count }
    rows = (0..<3).map { row in
      (0..<3).map { column in
        points.reduce(0) { $0 + ($1[row] - mean[row]) * ($1[column] - mean[column]) } / (count - 1)
      }
    }
  }

  /// Unit eigenvectors, that of the largest eigenvalue first, by Jacobi's rotations.
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
