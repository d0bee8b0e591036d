/// Stateless textures: every value is a hash of a lattice point.
struct Texture: Sendable {
  private let key: UInt64

  init(_ random: inout CounterRandom) { key = random.next() }

  @inline(__always)
  private func lattice(_ x: Int32, _ y: Int32) -> UInt64 {
    CounterRandom.mix(
      key ^ (UInt64(UInt32(bitPattern: x)) << 32 | UInt64(UInt32(bitPattern: y))))
  }

  @inline(__always)
  private func corner(_ x: Int32, _ y: Int32) -> Float {
    Float(lattice(x, y) >> 40) * 0x1p-23 - 1
  }

  /// Value noise in -1...1 with features about one unit wide.
  @inline(__always)
  func smooth(_ x: Float, _ y: Float) -> Float {
    let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int32(floorX), Int32(floorY))
    let u = Self.ease(x - floorX)
    let v = Self.ease(y - floorY)
    let top = corner(column, row) * (1 - u) + corner(column + 1, row) * u
    let bottom = corner(column, row + 1) * (1 - u) + corner(column + 1, row + 1) * u
    return top * (1 - v) + bottom * v
  }

  /// Value noise of two octaves, about -1...1.
  @inline(__always)
  func grained(_ x: Float, _ y: Float) -> Float {
    // The second octave is rotated and shifted, so that the lattices do not line up.
    0.65 * smooth(x, y) + 0.45 * smooth(1.7 * x + 1.1 * y + 31.7, 1.7 * y - 1.1 * x + 17.3)
  }

  /// Blocks separated by seams (Worley 1996): 0 in a seam, rising to about 1 inside a block.
  @inline(__always)
  func blocks(_ x: Float, _ y: Float) -> Float {
    let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int32(floorX), Int32(floorY))
    var (nearest, second): (Float, Float) = (9, 9)
    for dy in Int32(-1)...1 {
      for dx in Int32(-1)...1 {
        let hash = lattice(column + dx, row + dy)
        let px = floorX + Float(dx) + Float(hash >> 48) * 0x1p-16 - x
        let py = floorY + Float(dy) + Float((hash >> 32) & 0xFFFF) * 0x1p-16 - y
        let square = px * px + py * py
        if square < nearest {
          (nearest, second) = (square, nearest)
        } else if square < second {
          second = square
        }
      }
    }
    return min(1, (second.squareRoot() - nearest.squareRoot()) * 2.6)
  }

  /// A smooth step over 0...1.
  @inline(__always)
  static func ease(_ t: Float) -> Float { t * t * (3 - 2 * t) }

  /// A smooth step that is 0 at and below `low`, 1 at and above `high`.
  @inline(__always)
  static func step(_ low: Float, _ high: Float, _ value: Float) -> Float {
    ease(max(0, min(1, (value - low) / (high - low))))
  }
}
