internal import PipelineDSL

/// Loads models of any kind.
enum ImageModels {
  /// How many models may lie within each other.
  static let deepest = 8

  /// The model of an artifact, which uses up to `threads` threads and lies in `depth` - 1 others.
  ///
  /// Throws if its files are missing, damaged or inconsistent, or its kind is unknown.
  static func load(
    _ artifact: InputArtifact, threads: Int, depth: Int = 1
  ) throws(StageError) -> any ImageModel {
    guard depth <= deepest else {
      throw artifact.failure(ModelCard.file, "more than \(deepest) models within each other")
    }
    return switch try ModelKind(artifact) {
    case .network: try TrainedModel.load(artifact, threads: threads)
    case .features: try FeatureModel(artifact, threads: threads)
    case .ensemble: try EnsembleModel(artifact, threads: threads, depth: depth)
    case .calibrated: try CalibratedModel(artifact, threads: threads, depth: depth)
    case .conformal: try ConformalModel(artifact, threads: threads, depth: depth)
    }
  }

  /// The model in a folder of another one, whose facts it must share.
  static func member(
    _ folder: String, of artifact: InputArtifact, _ facts: ModelFacts, threads: Int, depth: Int
  ) throws(StageError) -> any ImageModel {
    let model = try load(artifact.folder(folder), threads: threads, depth: depth + 1)
    guard model.classes == facts.classes, model.size == facts.size else {
      throw artifact.failure(
        ModelCard.file, "the classes or the size of '\(folder)' are not those of the whole")
    }
    return model
  }
}
