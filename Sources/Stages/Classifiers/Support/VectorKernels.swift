/// Sums over features in double precision; the order of additions depends only on the length.
enum VectorKernels {
  /// The scalar product.
  static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    sum(count, { (load(a + $0), load(b + $0)) }, { Double(a[$0]) * Double(b[$0]) })
  }

  /// The scalar product of doubles with singles.
  static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    sum(count, { (load(a + $0), load(b + $0)) }, { a[$0] * Double(b[$0]) })
  }

  /// The squared Euclidean distance.
  static func squaredDistance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    sum(
      count,
      {
        let x = load(a + $0) - load(b + $0)
        return (x, x)
      },
      {
        let x = Double(a[$0]) - Double(b[$0])
        return x * x
      })
  }

  /// The sum of `count` products: `factors` gives those of eight from a position, `product` one.
  @inline(__always)
  private static func sum(
    _ count: Int, _ factors: (Int) -> (SIMD8<Double>, SIMD8<Double>), _ product: (Int) -> Double
  ) -> Double {
    var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
    var i = 0
    while i + 16 <= count {
      let (early, late) = (factors(i), factors(i + 8))
      first.addProduct(early.0, early.1)
      second.addProduct(late.0, late.1)
      i += 16
    }
    var sum = (first + second).sum()
    while i < count {
      sum += product(i)
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
