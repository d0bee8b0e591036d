internal import Foundation

/// Adam (Kingma and Ba 2015), as in `torch.optim.Adam` and `torch.optim.AdamW`.
struct Adam: Sendable, Hashable {
  static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  let decay: WeightDecay
  /// Running means of the gradient and of its square.
  var (mean, square): ([Float], [Float])
  /// The number of steps taken.
  var steps = 0

  init(count: Int, _ decay: WeightDecay) {
    self.decay = decay
    mean = [Float](repeating: 0, count: count)
    square = mean
  }

  /// Updates the parameters.
  mutating func step(
    _ parameters: inout [Float], _ gradient: [Float], rate: Double,
    _ pool: TilePool = TilePool(threads: 1)
  ) {
    steps += 1
    let decay = self.decay
    let coupled = decay.form == .coupled ? Float(decay.factor) : 0
    let kept = decay.form == .decoupled ? Float(1 - rate * decay.factor) : 1
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
              decay.forEachPart(of: range) { part, decays in
                let (added, scale) = decays ? (coupled, kept) : (0, 1)
                for index in part {
                  let total = gradient[index] + added * parameter[index]
                  mean[index] = keep1 * mean[index] + add1 * total
                  square[index] = keep2 * square[index] + add2 * total * total
                  let change = size * mean[index] / (square[index].squareRoot() / root + small)
                  parameter[index] = scale * parameter[index] - change
                }
              }
            }
          }
        }
      }
    }
  }
}
