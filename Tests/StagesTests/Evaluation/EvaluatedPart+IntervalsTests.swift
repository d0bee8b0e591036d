import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluatedPartIntervalsTests {
  private func row(
    _ rows: [EvaluatedPart.Interval], _ metric: String, _ method: EvaluatedPart.Method,
    _ scope: String = "overall"
  ) throws -> EvaluatedPart.Interval {
    try #require(rows.first { $0.metric == metric && $0.method == method && $0.scope == scope })
  }

  @Test("intervals of shares agree with statsmodels")
  func shares() throws {
    let part = EvaluatedPart.bench([0, 0, 1], [[2, 0], [0, 1], [0, 3]])
    let rows = part.intervals()
    let wilson = try row(rows, "accuracy", .wilson)
    #expect(isNear(wilson.low ?? 0, 0.2076596008020477))
    #expect(isNear(wilson.high ?? 0, 0.9385080552796037))
    let exact = try row(rows, "accuracy", .clopperPearson)
    #expect(isNear(exact.low ?? 0, 0.09429932405024609))
    #expect(isNear(exact.high ?? 0, 0.9915962413403874))
    let sensitivity = try row(rows, "sensitivity", .wilson, "class:a")
    #expect(sensitivity.value == 0.5 && sensitivity.samples == 2 && sensitivity.groups == nil)
    #expect(isNear(sensitivity.low ?? 0, 0.09453120573423068))
    // Two of three samples are called b, one of them rightly.
    #expect(try row(rows, "precision", .wilson, "class:b").samples == 2)
    #expect(try row(rows, "specificity", .wilson, "class:b").value == 0.5)
  }

  @Test("every overall metric lies in its interval, and metrics repeat the ends")
  func overall() throws {
    let part = EvaluatedPart.mixed()
    let rows = part.intervals()
    let metrics = EvaluatedPart.metrics(of: rows)
    for name in ConfusionStatistics.overall + ["macro-auc"] {
      let found = try row(rows, name, .accelerated)
      let (low, high) = (try #require(found.low), try #require(found.high))
      #expect(isNear(found.value, part.report.metrics[name] ?? -1), "\(name)")
      #expect(low < found.value && found.value < high, "\(name)")
      #expect(found.groups == 10 && found.samples == 40, "\(name)")
      guard name != "accuracy" else { continue }
      #expect(isNear(metrics[name + "-low"] ?? -1, low), "\(name)")
      #expect(isNear(metrics[name + "-high"] ?? -1, high), "\(name)")
    }
    let wilson = try row(rows, "accuracy", .wilson)
    #expect(isNear(metrics["accuracy-low"] ?? -1, wilson.low ?? 0))
    #expect(isNear(metrics["accuracy-high"] ?? -1, wilson.high ?? 0))
    #expect(metrics.count == 16)
  }

  @Test("areas of classes have both intervals, around the area of the report")
  func areas() throws {
    let part = EvaluatedPart.mixed(grouped: false)
    let rows = part.intervals()
    let (delong, resampled) = (
      try row(rows, "auc", .delong, "class:a"), try row(rows, "auc", .accelerated, "class:a")
    )
    #expect(isNear(delong.value, part.report.scores[0].area ?? -1))
    #expect(isNear(resampled.value, delong.value) && resampled.groups == 40)
    #expect(isNear(delong.low ?? 0, resampled.low ?? 1, 0.1))
    #expect(isNear(delong.high ?? 0, resampled.high ?? 1, 0.1))
  }

  @Test("sources are sorted, with intervals of their own samples")
  func sources() throws {
    let part = EvaluatedPart.mixed()
    #expect(part.knownSources == ["c-nmc", "pbc"])
    let rows = part.intervals().filter { $0.scope.hasPrefix("source:") }
    #expect(rows.map(\.scope).prefix(5).allSatisfy { $0 == "source:c-nmc" } == false)
    #expect(rows.count == 8)
    let f1 = try row(rows, "macro-f1-present", .accelerated, "source:pbc")
    #expect(f1.samples == 24 && f1.groups == 6)
    #expect(try row(rows, "accuracy", .wilson, "source:c-nmc").samples == 16)
  }

  @Test("confidence and resamples change intervals, not values")
  func parameters() throws {
    let wide = try row(EvaluatedPart.mixed().intervals(), "macro-f1", .accelerated)
    let narrow = try row(
      EvaluatedPart.mixed { $0.confidence = 0.5 }.intervals(), "macro-f1", .accelerated)
    let (low, high) = (try #require(wide.low), try #require(wide.high))
    #expect(try #require(narrow.low) > low && #require(narrow.high) < high)
    let none = EvaluatedPart.mixed { $0.resamples = 0 }.intervals()
    #expect(try row(none, "macro-f1", .accelerated).value == wide.value)
    #expect(none.allSatisfy { $0.method != .accelerated || $0.low == nil })
    #expect(EvaluatedPart.metrics(of: none).keys.sorted() == ["accuracy-high", "accuracy-low"])
  }

  @Test("the same samples give the same intervals")
  func deterministic() {
    #expect(EvaluatedPart.mixed().intervals() == EvaluatedPart.mixed().intervals())
  }
}
