/// The number of outputs of a 3 x 3 convolution that Winograd's method computes at a time, and its
/// transforms along one axis.
///
/// Along each axis, the kernel transform turns a kernel's three values into `outputs` + 2, and the
/// input transform does so with a tile's inputs; the output transform turns as many products into
/// `outputs` values.
protocol WinogradForm {
  /// The number of outputs along the edge of a tile.
  static var outputs: Int { get }

  /// The kernel transform: three values to `outputs` + 2.
  static func transformKernel(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void)
  /// The input transform: `outputs` + 2 values to as many.
  static func transformInput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void)
  /// The output transform: `outputs` + 2 products to `outputs`.
  static func transformOutput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void)
}

/// Two by two outputs with 16 products per input and output channel instead of 36: F(2x2, 3x3).
///
/// It uses only sums and halves, so its rounding error is that of the plain sum; used for training.
enum TwoByTwo: WinogradForm {
  static var outputs: Int { 2 }

  @inline(__always)
  static func transformKernel(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void
  ) {
    store(0, a)
    store(1, (a + b + c) / 2)
    store(2, (a - b + c) / 2)
    store(3, c)
  }

  @inline(__always)
  static func transformInput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    store(0, a - c)
    store(1, b + c)
    store(2, c - b)
    store(3, b - d)
  }

  @inline(__always)
  static func transformOutput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    store(0, a + b + c)
    store(1, b - c - d)
  }
}

extension TwoByTwo {
  /// The transpose of `gather`, for the gradient of two outputs.
  @inline(__always)
  static func transformOutputGradient(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void
  ) {
    store(0, a)
    store(1, a + b)
    store(2, a - b)
    store(3, -b)
  }

  /// The transpose of `transformKernel`, for the gradient of a kernel.
  @inline(__always)
  static func transformKernelGradient(
    _ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void
  ) {
    let (a, b, c, d) = (read(0), read(1), read(2), read(3))
    let sum = (b + c) / 2
    store(0, a + sum)
    store(1, (b - c) / 2)
    store(2, sum + d)
  }
}

/// Four by four outputs with 36 products per input and output channel instead of 144: F(4x4, 3x3).
///
/// Its rounding error is about ten times that of the plain sum, so only forward passes with
/// prepared weights use it.
enum FourByFour: WinogradForm {
  static var outputs: Int { 4 }

  @inline(__always)
  static func transformKernel(
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
  static func transformInput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
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
  static func transformOutput(_ read: (Int) -> SIMD8<Float>, _ store: (Int, SIMD8<Float>) -> Void) {
    let (a, b, c, d, e, f) = (read(0), read(1), read(2), read(3), read(4), read(5))
    let (near, far) = (b + c, d + e)
    let (across, beyond) = (b - c, d - e)
    store(0, a + near + far)
    store(1, across + 2 * beyond)
    store(2, near + 4 * far)
    store(3, across + 8 * beyond + f)
  }
}
