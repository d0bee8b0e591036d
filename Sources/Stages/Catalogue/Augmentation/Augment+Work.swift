internal import PipelineDSL

extension Augment {
  /// One row per training sample and view.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples else { return nil }
    let views = Double(max(1, parameters.policy == .none ? 1 : parameters.views))
    return StageWork(units: samples * views, output: samples * views)
  }

  /// The number of views, and of images in each.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    load.views = parameters.policy == .none ? 1 : Double(parameters.views)
    load.copies = Double(parameters.copies)
    return load
  }
}
