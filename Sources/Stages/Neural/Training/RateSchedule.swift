internal import Foundation

/// How the learning rate goes from epoch to epoch.
public enum RateSchedule: String, Sendable, CaseIterable {
  /// It falls when the validation loss stops falling.
  case plateau
  /// It stays.
  case constant
  /// It falls along half a cosine, to 0 behind the last epoch (Loshchilov and Hutter 2017).
  case cosine
  /// It falls by a factor every so many epochs.
  case step
}

extension Trainer.Settings {
  /// The learning rate of an epoch, counted from 0, where `plateau` is what that schedule has come to.
  ///
  /// It rises in equal steps over the warm-up's epochs, and the schedule begins behind them; as
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

/// A bound on the length of a gradient.
enum GradientClipping {
  /// Scales a gradient whose Euclidean length is above a limit down to it, and gives the length before.
  ///
  /// As `torch.nn.utils.clip_grad_norm_`, with its 1e-6; the sum is taken in one order, in double
  /// precision.
  @discardableResult
  static func clip(_ gradient: inout [Float], to limit: Double) -> Double {
    let squares = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
    let length = squares.squareRoot()
    let scale = Float(limit / (length + 1e-6))
    if scale < 1 { for index in gradient.indices { gradient[index] *= scale } }
    return length
  }
}
