internal import PipelineDSL

extension JudgeExplanations {
  struct Parameters: StageParameters {
    /// How maps are made: the parameters of `explain`.
    var explain = Explain.Parameters()
    var measures = Measure.Group.allCases
    var perClass = 10
    var repeatPerClass = 3
    var baselines = BaselineMap.allCases
    var confidence = 0.95
    var removalSteps = 20
    var removalHide = Backdrop.blur
    var perturbations = 40
    var sensitivityNoise = 5
    var sensitivityDraws = 4
    var topShare = 0.1
    var reseeded = false
    var randomised = false

    /// The parameters of `explain` that choose and limit what it draws; this kind has its own.
    private static let notShared: Set<String> = [
      "choose", "per-class", "features", "mask-limit", "lime-limit",
    ]

    static var fields: [ParameterField<Self>] {
      let shared = Explain.Parameters.fields.filter { !notShared.contains($0.description.name) }
        .map { $0.inside(\Self.explain) }
      return shared + [
        ParameterField(
          "measures", \.measures,
          "groups of measures; those whose inputs are not connected are left out"),
        ParameterField(
          "per-class", \.perClass, in: 1...10_000,
          "number of test images explained per true class, chosen by seed and id as in explain"),
        ParameterField(
          "repeat-per-class", \.repeatPerClass, in: 1...200,
          "number of these images per true class that are explained again: under noise, by other "
            + "models and with layers initialised again"),
        ParameterField(
          "baselines", \.baselines,
          "maps made without a model, measured beside each method; the gain is over the best one"),
        ParameterField(
          "confidence", \.confidence, in: 0.5...0.9999,
          "confidence of the intervals, by Student's t over images"),
        ParameterField(
          "removal-steps", \.removalSteps, in: 2...1000,
          "removal: number of steps of the deletion and insertion curves"),
        ParameterField(
          "removal-hide", \.removalHide,
          "what measures put where they hide pixels: the blurred image or a colour"),
        ParameterField(
          "perturbations", \.perturbations, in: 4...10_000,
          "infidelity: number of hidden squares; sensitivity-n: number of subsets of each size"),
        ParameterField(
          "sensitivity-noise", \.sensitivityNoise, in: 1...128,
          "max-sensitivity: largest change of a pixel, in levels of 255"),
        ParameterField(
          "sensitivity-draws", \.sensitivityDraws, in: 1...1000,
          "max-sensitivity: number of noisy images, each explained again"),
        ParameterField(
          "top-share", \.topShare, in: 0.001...0.9,
          "share of the pixels that count as most relevant, for overlaps and shares of regions"),
        ParameterField(
          "reseeded", \.reseeded,
          "whether models of the same pipeline with other seeds are connected to 'reseeded'"),
        ParameterField(
          "randomised", \.randomised,
          "whether a model trained on permuted labels is connected to 'randomised'"),
      ]
    }

    func conflicts() -> [String] {
      var conflicts = explain.conflicts()
      if measures.isEmpty { conflicts.append("'measures' is empty: there is nothing to measure") }
      if Set(measures).count < measures.count {
        conflicts.append("'measures' names one group twice")
      }
      if baselines.isEmpty {
        conflicts.append("'baselines' is empty: a score says nothing without a standard")
      }
      if Set(baselines).count < baselines.count {
        conflicts.append("'baselines' names one map twice")
      }
      if reseeded, !measures.contains(.reseeded) {
        conflicts.append("'reseeded' is true, but 'measures' does not name reseeded")
      }
      if randomised, !measures.contains(.labels) {
        conflicts.append("'randomised' is true, but 'measures' does not name labels")
      }
      return conflicts
    }
  }
}
