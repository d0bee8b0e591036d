internal import PipelineDSL

extension Explain {
  /// The number of classes assumed if images are chosen per class.
  private static let assumedClasses = 5
  /// The share of samples in the test set if the split does not determine it.
  private static let usualTestShare = 0.1

  /// The number of predictions with which a method explains an image; a gradient counts as two.
  func passes(_ method: Method) -> Double {
    switch method {
    case .gradCAM: return 3
    case .lime: return Double(parameters.samples)
    case .integratedGradients: return 3 * Double(parameters.steps)
    case .occlusion:
      let places = ((1 - parameters.window) / parameters.stride).rounded(.up) + 1
      return places * places
    }
  }

  /// Predictions of the test set, and those with which each method explains each image.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = load.model else { return nil }
    let test = samples * (load.trainShare.map { (1 - $0) / 2 } ?? Self.usualTestShare)
    let outcomes = parameters.choose == .byOutcome ? 2 : 1
    let chosen = Double(
      parameters.ids.isEmpty
        ? parameters.perClass * outcomes * Self.assumedClasses : parameters.ids.count)
    var predictions = test
    for method in parameters.methods {
      let limit = method == .lime ? parameters.limeLimit : parameters.maskLimit
      let measured = parameters.masks == nil ? 0 : min(test, Double(limit))
      predictions += passes(method) * max(min(chosen, test), measured)
    }
    return StageWork(
      units: predictions * model.cost, memory: (load.size ?? 1) * (load.size ?? 1),
      output: chosen * Double(parameters.methods.count), variant: model.name)
  }
}
