internal import PipelineDSL

extension JudgeExplanations {
  /// The number of classes assumed.
  private static let assumedClasses = 5
  /// The number of steps of the cascade assumed, of a usual network.
  private static let assumedLayers = 8

  /// The predictions with which each image is explained and each of its maps is measured.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = load.model else { return nil }
    let ids = parameters.explain.ids.count
    let chosen = min(
      samples, Double(ids > 0 ? ids : parameters.perClass * Self.assumedClasses))
    let repeated = min(chosen, Double(parameters.repeatPerClass * Self.assumedClasses))
    func measures(_ group: Measure.Group, _ count: Int) -> Double {
      parameters.measures.contains(group) ? Double(count) : 0
    }
    let onePass = parameters.explain.methods.reduce(0) { $0 + $1.type.cost(parameters.explain) }
    let again =
      measures(.maxSensitivity, parameters.sensitivityDraws)
      + measures(.layers, Self.assumedLayers) + (parameters.reseeded ? 1 : 0)
      + (parameters.randomised ? 1 : 0)
    let perMap =
      measures(.removal, 2 * (parameters.removalSteps + 1))
      + measures(.erasure, 1 + 2 * Erasure.shares.count)
    let perImage =
      measures(.infidelity, parameters.perturbations + 1)
      + measures(.sensitivityN, SensitivityN.sizes.count * (parameters.perturbations + 1))
    let maps = Double(parameters.explain.methods.count + parameters.baselines.count)
    let units: Double =
      chosen * (onePass + perMap * maps + perImage) + repeated * onePass * again
    return StageWork(
      units: units * model.cost,
      memory: repeated * Double(parameters.explain.methods.count) * (load.size ?? 1)
        * (load.size ?? 1),
      output: chosen * maps, variant: model.name)
  }
}
