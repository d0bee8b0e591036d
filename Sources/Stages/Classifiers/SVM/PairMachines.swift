internal import Foundation

/// One support vector machine for each pair of classes, in the form of libsvm's model.
struct PairMachines: Sendable, Hashable {
  /// The classes with training rows, ascending.
  let present: [Int]
  let width: Int
  let kernel: SVMKernel
  let gamma: Double
  /// What each pair subtracts (rho); pairs are (0, 1), (0, 2), ..., (1, 2), ...
  let offsets: [Double]
  /// The number of support vectors of each class; the vectors are in the order of classes.
  let counts: [Int]
  /// For a vector of class i, its coefficient in the machine of i and j stands in row j - 1 if
  /// j > i, else in row j.
  let coefficients: [[Double]]
  /// The support vectors, row-major.
  let vectors: [Float]

  /// The pairs of places in `present`, in the order of decision values.
  var pairs: [(first: Int, second: Int)] {
    present.indices.flatMap { i in (i + 1..<present.count).map { (i, $0) } }
  }

  /// Whether every number is finite.
  var isFinite: Bool {
    offsets.allSatisfy(\.isFinite) && coefficients.allSatisfy { $0.allSatisfy(\.isFinite) }
  }

  /// The decision value of each pair; a positive one speaks for the first class.
  func decisionValues(_ row: UnsafePointer<Float>) -> [Double] {
    let kernels = kernelValues(row)
    var starts: [Int] = []
    var start = 0
    for count in counts {
      starts.append(start)
      start += count
    }
    return pairs.enumerated().map { index, pair in
      var sum = 0.0
      for (label, other) in [(pair.first, pair.second - 1), (pair.second, pair.first)] {
        for place in starts[label]..<starts[label] + counts[label] {
          sum += coefficients[other][place] * kernels[place]
        }
      }
      return sum - offsets[index]
    }
  }

  /// The gradient of the sum of decision values, each times its factor.
  func gradient(_ factors: [Double], _ row: UnsafePointer<Float>) -> [Float] {
    let kernels = kernel == .rbf ? kernelValues(row) : []
    // Per vector, the sum over pairs of factor x coefficient.
    var shares = [Double](repeating: 0, count: counts.reduce(0, +))
    for (factor, pair) in zip(factors, pairs) {
      for (label, other) in [(pair.first, pair.second - 1), (pair.second, pair.first)] {
        let start = counts[..<label].reduce(0, +)
        for place in start..<start + counts[label] {
          shares[place] += factor * coefficients[other][place]
        }
      }
    }
    var sums = [Double](repeating: 0, count: width)
    var own = 0.0
    vectors.withUnsafeBufferPointer { vectors in
      guard let start = vectors.baseAddress else { return }
      for (place, share) in shares.enumerated() {
        var factor = share
        // The derivative of exp(-gamma |x - v|^2) is 2 gamma (v - x) times its value.
        if kernel == .rbf {
          factor *= 2 * gamma * kernels[place]
          own -= factor
        }
        VectorKernels.add(factor, start + place * width, to: &sums)
      }
    }
    if kernel == .rbf { VectorKernels.add(own, row, to: &sums) }
    return sums.map { Float($0) }
  }

  /// The kernel of the row with each support vector.
  private func kernelValues(_ row: UnsafePointer<Float>) -> [Double] {
    vectors.withUnsafeBufferPointer { vectors in
      guard let start = vectors.baseAddress else { return [] }
      return (0..<vectors.count / width).map { place in
        kernel.value(row, start + place * width, width, gamma: gamma)
      }
    }
  }
}

extension SVMKernel {
  /// The kernel of two rows.
  func value(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ width: Int, gamma: Double
  ) -> Double {
    switch self {
    case .linear: VectorKernels.dot(a, b, width)
    case .rbf: exp(-gamma * VectorKernels.squaredDistance(a, b, width))
    }
  }
}
