import Foundation
import Testing

@testable import Neural
@testable import Stages

/// The acceptance rule, the choice of the phase, and the warning of a diverged training.
@Suite struct TrainingHistoryTests {
  private func scores(
    f1: Double, loss: Double = 0.5, nll: Double = 0.4
  ) -> EpochRecord.Scores {
    EpochRecord.Scores(loss: loss, nll: nll, accuracy: f1, macroF1: f1, macroF1Present: f1)
  }

  /// A phase of two epochs, of which the second is the best.
  private func stage(
    train: Double = 0.5, validation: EpochRecord.Scores, firstClean: Double = 0.6,
    bestClean: Double
  ) -> FineTuneTraining.Stage {
    let first = EpochRecord(
      epoch: 0, learningRate: 1, train: scores(f1: train), validation: scores(f1: 0.5))
    let best = EpochRecord(
      epoch: 1, learningRate: 1, train: scores(f1: train), validation: validation)
    return FineTuneTraining.Stage(
      history: [first, best], bestEpoch: 1, firstClean: scores(f1: firstClean),
      bestClean: scores(f1: bestClean), tensors: [])
  }

  private func history(
    _ stages: FineTuneTraining.Stage..., monitor: Neural.Monitor = .nll
  ) -> TrainingHistory {
    TrainingHistory(stages, monitor, maximumGap: 0.03, cleanSamples: 7)
  }

  @Test func gapIsThatOfCleanImages() {
    // Training F1 on mixed images is low and does not rise; on clean ones it says what is wrong.
    let overfit = history(stage(validation: scores(f1: 0.9), bestClean: 0.99)).metrics
    #expect(abs((overfit["best/gap"] ?? 0) - 0.09) < 1e-12 && overfit["best/accepted"] == 0)
    let good = history(stage(validation: scores(f1: 0.97), bestClean: 0.99)).metrics
    #expect(good["best/accepted"] == 1 && good["best/train/macro-f1"] == 0.5)
    #expect(good["first/clean/macro-f1"] == 0.6 && good["best/clean/macro-f1"] == 0.99)
    #expect(good["first/validation/macro-f1"] == 0.5 && good["clean-samples"] == 7)
    let falling = history(
      stage(validation: scores(f1: 0.97), firstClean: 0.995, bestClean: 0.99)
    ).metrics
    #expect(falling["best/accepted"] == 0)
  }

  /// The rule compares the second phase with the first epoch of the first one.
  @Test func monitorDecidesTies() {
    let one = stage(validation: scores(f1: 0.9, loss: 0.5, nll: 0.1), bestClean: 0.9)
    let two = stage(
      validation: scores(f1: 0.9, loss: 0.4, nll: 0.2), firstClean: 0.95, bestClean: 0.92)
    #expect(history(one, two).bestStage == 0)
    let second = history(one, two, monitor: .loss)
    #expect(second.bestStage == 1 && second.metrics["best/accepted"] == 1)
    #expect(second.metrics["best/epoch"] == 3 && second.metrics["epochs"] == 4)
  }

  @Test func divergenceIsSeenInBothNumbers() {
    func excess(loss: Double, nll: Double, weight: Double = 1) -> String? {
      history(stage(validation: scores(f1: 0.5, loss: loss, nll: nll), bestClean: 0.5))
        .divergence(classes: 4, largestWeight: weight)?.name
    }
    let guess = log(4.0)
    #expect(excess(loss: 1.9 * guess, nll: 1.9 * guess) == nil)
    #expect(excess(loss: 2.1 * guess, nll: 0.1) == "loss")
    #expect(excess(loss: 2.1 * guess, nll: 0.1, weight: 3) == nil)
    #expect(excess(loss: 1, nll: 2.1 * guess) == "negative log-likelihood")
  }
}
