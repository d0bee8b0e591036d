internal import PipelineDSL

extension Explain {
  /// The number of classes assumed if images are chosen per class.
  private static let assumedClasses = 5
  /// The share of samples in the test set if the split does not determine it.
  private static let usualTestShare = 0.1

  /// Predictions of the test set, and those with which each method explains each image.
  ///
  /// What is measured by masks of an input is not known from the parameters, and left out.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = load.model else { return nil }
    let test = samples * (load.trainShare.map { (1 - $0) / 2 } ?? Self.usualTestShare)
    let outcomes = parameters.choose == .byOutcome ? 2 : 1
    let chosen = Double(
      parameters.ids.isEmpty
        ? parameters.perClass * outcomes * Self.assumedClasses : parameters.ids.count)
    var predictions = test
    for method in parameters.methods {
      let limit = method.type.isExpensive ? parameters.limeLimit : parameters.maskLimit
      let measured = parameters.masks == nil ? 0 : min(test, Double(limit))
      predictions += method.type.cost(parameters) * max(min(chosen, test), measured)
    }
    if parameters.methods.contains(.counterfactual) {
      let train = samples * (load.trainShare ?? 1 - 2 * Self.usualTestShare)
      predictions += min(train, Double(parameters.references * Self.assumedClasses))
    }
    return StageWork(
      units: predictions * model.cost, memory: (load.size ?? 1) * (load.size ?? 1),
      output: chosen * Double(parameters.methods.count), variant: model.name)
  }
}
