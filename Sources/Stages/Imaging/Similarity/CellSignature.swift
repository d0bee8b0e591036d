internal import Foundation

/// A cell in a standard position: the same for all images of one cell, however they are cropped,
/// scaled, turned by any angle or mirrored.
///
/// Centre, size and direction are those of the nucleus, from the moments of its mask (Hu 1962,
/// "Visual pattern recognition by moment invariants"). The direction is known up to half a turn,
/// which flips and turns of the hash make up for.
public struct CellSignature: Sendable, Hashable {
  /// The hash of the cell in its standard position.
  public let hash: PerceptualHash
  /// The grey values of the cell in its standard position, `side` x `side`, in the disc inside the
  /// square; 128 is their mean, and the value outside it.
  let patch: [UInt8]

  /// The edge of the patch in pixels.
  static let side = 32
  /// The radius of the disc in units of the nucleus' radius of gyration.
  static let reach = 2.6
  /// The smallest nucleus in pixels.
  private static let least = 40

  /// The signature of the cell with the largest nucleus; `nil` without a nucleus, or if too little of
  /// its disc is in the image.
  ///
  /// `cells` are those of the image.
  init?(_ image: Image, _ cells: WhiteCells) {
    guard let pose = Pose(cells, width: image.width), let patch = Self.patch(image.grey, pose)
    else { return nil }
    self.patch = patch
    hash = PerceptualHash(
      Image(width: Self.side, height: Self.side, channels: 1, pixels: patch))
  }

  /// The largest correlation of the patches of two signatures over flips and half turns, -1 to 1.
  public func correlation(with other: CellSignature) -> Double {
    let side = Self.side
    var best = -1.0
    var squares = (0, 0)
    for value in patch { squares.0 += (Int(value) - 128) * (Int(value) - 128) }
    for value in other.patch { squares.1 += (Int(value) - 128) * (Int(value) - 128) }
    guard squares.0 > 0, squares.1 > 0 else { return 0 }
    for turn in 0..<4 {
      var sum = 0
      for y in 0..<side {
        let row = turn & 2 == 0 ? y : side - 1 - y
        for x in 0..<side {
          let column = turn & 1 == 0 ? x : side - 1 - x
          sum += (Int(patch[y * side + x]) - 128) * (Int(other.patch[row * side + column]) - 128)
        }
      }
      best = max(best, Double(sum) / (Double(squares.0) * Double(squares.1)).squareRoot())
    }
    return best
  }

  /// The place of a nucleus.
  private struct Pose {
    var (x, y): (Double, Double)
    var radius: Double
    /// The direction of the longer axis: its cosine and sine.
    var (across, down): (Double, Double)

    init?(_ cells: WhiteCells, width: Int) {
      guard let cell = cells.cells.max(by: { $0.nucleusArea < $1.nucleusArea }),
        cell.nucleusArea >= CellSignature.least
      else { return nil }
      let mask = cells.nuclei
      let box = cell.boundingBox
      var (count, sumX, sumY) = (0.0, 0.0, 0.0)
      var (xx, yy, xy) = (0.0, 0.0, 0.0)
      for y in box.y..<box.y + box.height {
        for x in box.x..<box.x + box.width where mask[y * width + x] {
          let (a, b) = (Double(x), Double(y))
          count += 1
          sumX += a
          sumY += b
          xx += a * a
          yy += b * b
          xy += a * b
        }
      }
      guard count >= Double(CellSignature.least) else { return nil }
      (x, y) = (sumX / count, sumY / count)
      (xx, yy, xy) = (xx / count - x * x, yy / count - y * y, xy / count - x * y)
      radius = (xx + yy).squareRoot()
      // The eigenvector of the larger eigenvalue, without trigonometric functions.
      let half = (xx - yy) / 2
      let root = (half * half + xy * xy).squareRoot()
      guard root > 0 else { return nil }
      let cosine = (max(0, (1 + half / root) / 2)).squareRoot()
      let sine = (max(0, (1 - half / root) / 2)).squareRoot()
      (across, down) = (cosine, xy < 0 ? -sine : sine)
    }
  }

  private static func patch(_ grey: Image, _ pose: Pose) -> [UInt8]? {
    let step = 2 * reach * pose.radius / Double(side)
    let middle = Double(side - 1) / 2
    var values = [Float](repeating: .nan, count: side * side)
    var (sum, count, all) = (0.0, 0.0, 0.0)
    // Smoothed in accordance with the step, so that a larger image gives the same patch.
    let source = step > 1 ? grey.gaussianFiltered(deviation: step * 0.5) : grey
    for row in 0..<side {
      for column in 0..<side {
        let (u, v) = (Double(column) - middle, Double(row) - middle)
        guard u * u + v * v <= (middle + 0.5) * (middle + 0.5) else { continue }
        all += 1
        let x = pose.x + step * (u * pose.across - v * pose.down)
        let y = pose.y + step * (u * pose.down + v * pose.across)
        guard x >= 0, y >= 0, x <= Double(grey.width - 1), y <= Double(grey.height - 1) else {
          continue
        }
        let value = sample(source, x, y)
        values[row * side + column] = Float(value)
        sum += value
        count += 1
      }
    }
    guard count > 0.75 * all else { return nil }
    let mean = sum / count
    return values.map { value in
      value.isNaN ? 128 : UInt8(min(max(Double(value) - mean + 128, 0), 255).rounded())
    }
  }

  /// The bilinear mean of the four pixels around a position.
  private static func sample(_ grey: Image, _ x: Double, _ y: Double) -> Double {
    let (left, top) = (Int(x), Int(y))
    let (right, below) = (min(left + 1, grey.width - 1), min(top + 1, grey.height - 1))
    let (a, b) = (x - Double(left), y - Double(top))
    func at(_ x: Int, _ y: Int) -> Double { Double(grey.pixels[y * grey.width + x]) }
    let upper = (1 - a) * at(left, top) + a * at(right, top)
    let lower = (1 - a) * at(left, below) + a * at(right, below)
    return (1 - b) * upper + b * lower
  }
}
