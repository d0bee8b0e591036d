import PipelineDSL

@testable import Stages

extension EvaluatedPart {
  /// A test part of given labels and logits over the classes a, b, c ...; sources and groups are empty
  /// unless given.
  static func bench(
    _ truths: [Int], _ logits: [[Float]], groups: [String]? = nil, sources: [String]? = nil,
    _ change: (inout Evaluate.Parameters) -> Void = { _ in }
  ) -> EvaluatedPart {
    let classes = Array(["a", "b", "c", "d"].prefix(logits[0].count))
    var parameters = Evaluate.Parameters()
    parameters.resamples = 200
    change(&parameters)
    return EvaluatedPart(
      .test, ClassificationReport(classes: classes, truths: truths, logits: logits),
      samples: truths.enumerated().map { index, truth in
        Sample(
          id: "id\(index)", source: sources?[index] ?? "", nativeLabel: "", label: classes[truth],
          group: groups?[index] ?? "")
      }, truths: truths, logits: logits, parameters)
  }

  /// Forty samples of two classes, of which one in five is wrong, in ten groups and two sources.
  static func mixed(
    grouped: Bool = true, _ change: (inout Evaluate.Parameters) -> Void = { _ in }
  ) -> EvaluatedPart {
    let truths = (0..<40).map { $0 % 2 }
    let logits = truths.enumerated().map { index, truth -> [Float] in
      let side: Float = index % 5 == 3 ? -1 : 1
      let lead = side * (0.5 + Float(index * 7 % 11) / 4)
      return truth == 0 ? [lead, 0] : [0, lead]
    }
    return bench(
      truths, logits, groups: grouped ? truths.indices.map { "p\($0 / 4)" } : nil,
      sources: truths.indices.map { $0 < 24 ? "pbc" : "c-nmc" }, change)
  }
}
