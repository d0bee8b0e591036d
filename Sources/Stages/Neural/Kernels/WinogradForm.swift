/// How many outputs of a 3 x 3 convolution Winograd's method computes at a time, and its transformations
/// along one axis.
///
/// Of each axis: a kernel's three numbers and a tile's inputs are spread to `outputs` + 2 numbers, and as
/// many products are gathered to `outputs`.
protocol WinogradForm {
  /// Outputs along the edge of a tile.
  static var outputs: Int { get }

  /// A kernel's three numbers to `outputs` + 2.
  static func spreadKernel(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void)
  /// The inputs of a tile, `outputs` + 2 to as many.
  static func spread(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void)
  /// Products, `outputs` + 2 to `outputs`.
  static func gather(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void)
}

/// Two by two outputs with 16 products an input and output channel in place of 36: F(2x2, 3x3).
///
/// Nothing but sums and halves, so that rounding is that of the plain sum: what training uses.
enum TwoByTwo: WinogradForm {
  static var outputs: Int { 2 }

  @inline(__always)
  static func spreadKernel(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void
  ) {
    store(0, a)
    store(1, (a + b + c) / 2)
    store(2, (a - b + c) / 2)
    store(3, c)
  }

  @inline(__always)
  static func spread(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    store(0, a - c)
    store(1, b + c)
    store(2, c - b)
    store(3, b - d)
  }

  @inline(__always)
  static func gather(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    store(0, a + b + c)
    store(1, b - c - d)
  }
}

extension TwoByTwo {
  /// The transposed of `gather`, for the gradient of two outputs.
  @inline(__always)
  static func spreadSlope(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void
  ) {
    store(0, a)
    store(1, a + b)
    store(2, a - b)
    store(3, -b)
  }

  /// The transposed of `spreadKernel`, for the gradient of a kernel.
  @inline(__always)
  static func gatherKernel(
    _ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void
  ) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    let sum = (b + c) / 2
    store(0, a + sum)
    store(1, (b - c) / 2)
    store(2, sum + d)
  }
}

/// Four by four outputs with 36 products an input and output channel in place of 144: F(4x4, 3x3).
///
/// Rounding is some ten times that of the plain sum; so only forward passes with prepared weights use it.
enum FourByFour: WinogradForm {
  static var outputs: Int { 4 }

  @inline(__always)
  static func spreadKernel(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void
  ) {
    store(0, a / 4)
    store(1, (a + b + c) / -6)
    store(2, (a - b + c) / -6)
    store(3, a / 24 + b / 12 + c / 6)
    store(4, a / 24 - b / 12 + c / 6)
    store(5, c)
  }

  @inline(__always)
  static func spread(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d, e, f) = (read(0), read(1), read(2), read(3), read(4), read(5))
    store(0, 4 * a - 5 * c + e)
    let (even, odd) = (e - 4 * c, d - 4 * b)
    store(1, even + odd)
    store(2, even - odd)
    let (outer, inner) = (e - c, 2 * (d - b))
    store(3, outer + inner)
    store(4, outer - inner)
    store(5, 4 * b - 5 * d + f)
  }

  @inline(__always)
  static func gather(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d, e, f) = (read(0), read(1), read(2), read(3), read(4), read(5))
    let (near, far) = (b + c, d + e)
    let (across, beyond) = (b - c, d - e)
    store(0, a + near + far)
    store(1, across + 2 * beyond)
    store(2, near + 4 * far)
    store(3, across + 8 * beyond + f)
  }
}
