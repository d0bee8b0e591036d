internal import Foundation

/// Adam (Kingma and Ba 2015) as in `torch.optim.Adam`: weight decay is an L2 term added to the
/// gradient, before the moments.
struct Adam: Sendable, Hashable {
  static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  /// Running means of the gradient and of its square.
  var (mean, square): ([Float], [Float])
  /// The number of steps taken.
  var steps = 0

  init(count: Int) {
    mean = [Float](repeating: 0, count: count)
    square = mean
  }

  /// Updates the parameters.
  mutating func step(
    _ parameters: inout [Float], _ gradient: [Float], rate: Double, weightDecay: Double,
    _ pool: TilePool = TilePool(threads: 1)
  ) {
    steps += 1
    let decay = Float(weightDecay)
    let (keep1, add1) = (Float(Self.beta1), Float(1 - Self.beta1))
    let (keep2, add2) = (Float(Self.beta2), Float(1 - Self.beta2))
    let size = Float(rate / (1 - pow(Self.beta1, Double(steps))))
    let root = Float((1 - pow(Self.beta2, Double(steps))).squareRoot())
    let small = Float(Self.epsilon)
    parameters.withUnsafeMutableBufferPointer { parameters in
      mean.withUnsafeMutableBufferPointer { mean in
        square.withUnsafeMutableBufferPointer { square in
          guard let parameter = parameters.baseAddress, let mean = mean.baseAddress,
            let square = square.baseAddress
          else { return }
          gradient.withUnsafeBufferPointer { gradient in
            pool.run(gradient.count, by: 65_536) { range, _ in
              for index in range {
                let decayed = gradient[index] + decay * parameter[index]
                mean[index] = keep1 * mean[index] + add1 * decayed
                square[index] = keep2 * square[index] + add2 * decayed * decayed
                parameter[index] -= size * mean[index] / (square[index].squareRoot() / root + small)
              }
            }
          }
        }
      }
    }
  }
}
