internal import PipelineDSL

/// Loads models of any kind.
enum ImageModels {
  /// The model of an artifact, which uses up to `threads` threads.
  ///
  /// Throws if its files are missing, damaged or inconsistent, or its kind is unknown.
  static func load(
    _ artifact: InputArtifact, threads: Int
  ) throws(StageError) -> any ImageModel {
    switch try ModelKind(artifact) {
    case .network: try TrainedModel.load(artifact, threads: threads)
    case .features: try FeatureModel(artifact, threads: threads)
    case .ensemble: try EnsembleModel(artifact, threads: threads)
    }
  }
}
