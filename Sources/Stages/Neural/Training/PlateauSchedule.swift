/// Reduces the learning rate when the monitored number stops falling: `torch`'s ReduceLROnPlateau in
/// its `min` mode, with its relative threshold of 1e-4 and neither cooldown nor minimum.
struct PlateauSchedule: Sendable, Hashable {
  private static let threshold = 1e-4

  /// The factor by which the rate is multiplied.
  let factor: Double
  /// The number of epochs without improvement that are tolerated.
  let patience: Int
  /// The learning rate of the next epoch.
  var rate: Double
  var best = Double.infinity
  var badEpochs = 0

  init(rate: Double, factor: Double, patience: Int) {
    (self.rate, self.factor, self.patience) = (rate, factor, patience)
  }

  /// Records an epoch's monitored number, and reduces the rate if it is time.
  mutating func observe(_ loss: Double) {
    if loss < best * (1 - Self.threshold) {
      (best, badEpochs) = (loss, 0)
    } else {
      badEpochs += 1
    }
    if badEpochs > patience {
      // Reductions of 1e-8 or less are skipped, as in torch.
      if rate - rate * factor > 1e-8 { rate *= factor }
      badEpochs = 0
    }
  }
}
