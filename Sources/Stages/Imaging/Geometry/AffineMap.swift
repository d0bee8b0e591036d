internal import Foundation

/// Rotations, zooms, flips, shears and shifts of an image, combined in one matrix.
///
/// Coordinates are pixels from the image's centre, x to the right and y down. Operations apply in
/// the order of the calls, and the image is sampled once for all of them.
public struct AffineMap: Sendable, Hashable {
  /// Maps the point (x, y) to (xx * x + xy * y + dx, yx * x + yy * y + dy).
  private var (xx, xy, yx, yy, dx, dy): (Double, Double, Double, Double, Double, Double)

  /// The identity.
  public init() {
    (xx, xy, yx, yy, dx, dy) = (1, 0, 0, 1, 0, 0)
  }

  /// This map followed by a rotation, counter-clockwise for positive degrees.
  public func rotated(degrees: Double) -> AffineMap {
    let angle = degrees * .pi / 180
    let (cosine, sine) = (cos(angle), sin(angle))
    return followed(by: cosine, sine, -sine, cosine)
  }

  /// This map followed by a zoom; a factor above 1 enlarges the image.
  ///
  /// - Precondition: the factor is positive.
  public func zoomed(by factor: Double) -> AffineMap {
    precondition(factor > 0 && factor.isFinite)
    return followed(by: factor, 0, 0, factor)
  }

  /// This map followed by a shear.
  ///
  /// A point moves right by `x` and down by `y` times its distance on the other axis.
  ///
  /// - Precondition: `x * y` is not 1, which would collapse the image to a line.
  public func sheared(x: Double, y: Double) -> AffineMap {
    precondition(x * y != 1)
    return followed(by: 1, x, y, 1)
  }

  /// This map followed by a swap of left and right.
  public var flippedHorizontally: AffineMap { followed(by: -1, 0, 0, 1) }

  /// This map followed by a swap of top and bottom.
  public var flippedVertically: AffineMap { followed(by: 1, 0, 0, -1) }

  /// This map followed by a shift right by `x` pixels and down by `y`.
  public func translated(x: Double, y: Double) -> AffineMap {
    var map = self
    map.dx += x
    map.dy += y
    return map
  }

  private func followed(by a: Double, _ b: Double, _ c: Double, _ d: Double) -> AffineMap {
    var map = self
    (map.xx, map.xy, map.dx) = (a * xx + b * yx, a * xy + b * yy, a * dx + b * dy)
    (map.yx, map.yy, map.dy) = (c * xx + d * yx, c * xy + d * yy, c * dx + d * dy)
    return map
  }

  /// The inverse of this map.
  var inverse: AffineMap {
    let area = xx * yy - xy * yx
    var map = AffineMap()
    (map.xx, map.xy, map.yx, map.yy) = (yy / area, -xy / area, -yx / area, xx / area)
    map.dx = -(map.xx * dx + map.xy * dy)
    map.dy = -(map.yx * dx + map.yy * dy)
    return map
  }

  /// Maps a point.
  @inline(__always)
  func apply(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (xx * x + xy * y + dx, yx * x + yy * y + dy)
  }
}

extension Image {
  /// The image transformed by a map, at the same size, sampled bilinearly.
  ///
  /// Pixels outside the transformed image are `fill`, which is blended in at its edge.
  public func warped(by map: AffineMap, fill: UInt8 = 0) -> Image {
    let inverse = map.inverse
    let (middleX, middleY) = (Double(width) / 2, Double(height) / 2)
    var out = [UInt8](repeating: fill, count: pixels.count)
    pixels.withUnsafeBufferPointer { from in
      out.withUnsafeMutableBufferPointer { to in
        for y in 0..<height {
          for x in 0..<width {
            let source = inverse.apply(Double(x) + 0.5 - middleX, Double(y) + 0.5 - middleY)
            let (u, v) = (source.x + middleX - 0.5, source.y + middleY - 0.5)
            guard u > -1, v > -1, u < Double(width), v < Double(height) else { continue }
            let pixel = UnsafeMutableBufferPointer(rebasing: to[((y * width + x) * channels)...])
            sample(from, u, v, fill, into: pixel)
          }
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }

  /// Interpolates the four pixels around column `u` and row `v`; those outside are `fill`.
  @inline(__always)
  private func sample(
    _ from: UnsafeBufferPointer<UInt8>, _ u: Double, _ v: Double, _ fill: UInt8,
    into pixel: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (left, top) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
    let (right, down) = (Float(u - Double(left)), Float(v - Double(top)))
    let inside = left >= 0 && top >= 0 && left + 1 < width && top + 1 < height
    for channel in 0..<channels {
      @inline(__always)
      func at(_ x: Int, _ y: Int) -> Float {
        guard inside || (x >= 0 && y >= 0 && x < width && y < height) else { return Float(fill) }
        return Float(from[(y &* width &+ x) &* channels &+ channel])
      }
      let above = at(left, top) * (1 - right) + at(left + 1, top) * right
      let below = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
      pixel[channel] = UInt8(above * (1 - down) + below * down + 0.5)
    }
  }
}
