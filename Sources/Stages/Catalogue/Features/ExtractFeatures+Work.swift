internal import Neural
internal import PipelineDSL

extension ExtractFeatures {
  /// The width of the hidden layer if the model does not tell.
  private static let usualHidden = 256.0

  /// The network for images of a size; `nil` if it is not known.
  private func network(_ load: StageLoad) -> Network? {
    let backbone = parameters.network ?? load.model.flatMap { Backbone(rawValue: $0.name) }
    guard let backbone, let size = load.size else { return nil }
    let hidden = Int(load.model?.hidden ?? Self.usualHidden)
    return try? backbone.network(
      Backbone.Form(size: Int(size), classes: 2, head: .hidden(width: hidden)))
  }

  /// The network of the weights file, or the model.
  private func model(_ load: StageLoad) -> StageLoad.Model? {
    guard let backbone = parameters.network else { return load.model }
    return network(load).map {
      StageLoad.Model(
        backbone.rawValue, cost: $0.multiplyAccumulates(before: $0.cut(open: 0)) / 1e9)
    }
  }

  /// One prediction per sample.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = model(load) else { return nil }
    return StageWork(
      units: samples * model.cost, output: samples * (handsOn(load).width ?? 1),
      variant: model.name)
  }

  /// The features, and the network that computes them.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var next = load
    next.model = model(load)
    next.width = network(load).map { Double($0.width(at: parameters.at)) }
    return next
  }
}
