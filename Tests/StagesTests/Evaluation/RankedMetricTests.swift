import Statistics
import Testing

@testable import Stages

@Suite struct RankedMetricTests {
  /// Demsar 2006, table 2: AUC of C4.5 without and with tuning over fourteen data sets.
  private let rows: [[Double]] = [
    [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975], [0.957, 0.978, 0.946, 0.970],
  ]

  @Test("ranks, Friedman's test and Nemenyi's pairs are those of Demsar's example")
  func demsar() {
    let found = RankedMetric(
      "auc", values: ["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"], rows: rows, posthoc: .nemenyi,
      confidence: 0.95)
    #expect(found.entries.map(\.value) == ["C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5"])
    #expect(isNear(found.entries.map(\.rank), [1.964, 2, 2.893, 3.143], 1e-3))
    #expect(isNear(found.criticalDifference ?? 0, 1.25, 0.005))
    #expect((found.pValue ?? 1) < 0.05)
    // The largest difference is 1.18, below the critical one.
    #expect(found.pairs.allSatisfy { found.verdict($0) == .noDifference })
    #expect(found.ties == [0...3])
  }

  @Test("bars join runs of values without a pair that differs, each run once")
  func ties() {
    let found = RankedMetric(
      "f1", values: ["a", "b", "c", "d"],
      rows: (0..<12).map { block in
        let noise = block % 2 == 0 ? 0.0 : 0.15
        return [0.9, 0.8 + noise, 0.5 + noise, 0.45 + noise / 1.6]
      }, posthoc: .nemenyi, confidence: 0.95)
    let different = found.pairs.filter { found.verdict($0) == .higher }.map { [$0.a, $0.b] }
    #expect(different == [[0, 2], [0, 3], [1, 2], [1, 3]])
    #expect(found.ties == [0...1, 2...3])
  }
}
