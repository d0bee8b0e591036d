internal import Foundation

/// How the learning rate changes from epoch to epoch.
public enum RateSchedule: String, Sendable, CaseIterable {
  /// Falls when the monitored validation number stops falling.
  case plateau
  /// Does not change.
  case constant
  /// Falls along half a cosine, to 0 after the last epoch (Loshchilov and Hutter 2017).
  case cosine
  /// Falls by a factor every `stepEpochs` epochs.
  case step
}

extension Trainer.Settings {
  /// The learning rate of an epoch, counted from 0; `plateau` is the current rate of that schedule.
  ///
  /// The rate rises in equal steps over the warm-up epochs, and then the schedule begins, like
  /// PyTorch's `LinearLR` from 1 / (epochs + 1), then `CosineAnnealingLR` or `StepLR`.
  func rate(epoch: Int, plateau: Double) -> Double {
    guard epoch >= warmupEpochs else {
      return learningRate * Double(epoch + 1) / Double(warmupEpochs + 1)
    }
    let (passed, all) = (epoch - warmupEpochs, max(1, epochs - warmupEpochs))
    switch schedule {
    case .plateau: return plateau
    case .constant: return learningRate
    case .cosine: return learningRate * (1 + cos(.pi * Double(passed) / Double(all))) / 2
    case .step: return learningRate * pow(plateauFactor, Double(passed / stepEpochs))
    }
  }
}

/// Limits the norm of a gradient.
enum GradientClipping {
  /// Scales a gradient down to a limit if its Euclidean norm exceeds that, and returns the original
  /// norm.
  ///
  /// Like `torch.nn.utils.clip_grad_norm_`, with its 1e-6; the sum is computed in a fixed order, in
  /// double precision.
  @discardableResult
  static func clip(_ gradient: inout [Float], to limit: Double) -> Double {
    let squares = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
    let length = squares.squareRoot()
    let scale = Float(limit / (length + 1e-6))
    if scale < 1 { for index in gradient.indices { gradient[index] *= scale } }
    return length
  }
}
