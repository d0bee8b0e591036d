/// Sums over features in double precision; the order of additions depends only on the length.
enum VectorKernels {
  /// The scalar product.
  static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
    var i = 0
    while i + 16 <= count {
      first.addProduct(load(a + i), load(b + i))
      second.addProduct(load(a + i + 8), load(b + i + 8))
      i += 16
    }
    var sum = (first + second).sum()
    while i < count {
      sum += Double(a[i]) * Double(b[i])
      i += 1
    }
    return sum
  }

  /// The scalar product of doubles with singles.
  static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
    var i = 0
    while i + 16 <= count {
      first.addProduct(load(a + i), load(b + i))
      second.addProduct(load(a + i + 8), load(b + i + 8))
      i += 16
    }
    var sum = (first + second).sum()
    while i < count {
      sum += a[i] * Double(b[i])
      i += 1
    }
    return sum
  }

  /// The squared Euclidean distance.
  static func squaredDistance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
    var i = 0
    while i + 16 <= count {
      let (x, y) = (load(a + i) - load(b + i), load(a + i + 8) - load(b + i + 8))
      first.addProduct(x, x)
      second.addProduct(y, y)
      i += 16
    }
    var sum = (first + second).sum()
    while i < count {
      let x = Double(a[i]) - Double(b[i])
      sum += x * x
      i += 1
    }
    return sum
  }

  /// Adds `factor` times the numbers at `from` to `sums`.
  static func add(_ factor: Double, _ from: UnsafePointer<Float>, to sums: inout [Double]) {
    sums.withUnsafeMutableBufferPointer { sums in
      for i in sums.indices { sums[i] += factor * Double(from[i]) }
    }
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self))
  }

  @inline(__always)
  private static func load(_ from: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Double>.self)
  }
}
