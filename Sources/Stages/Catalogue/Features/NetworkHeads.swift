internal import PipelineDSL
internal import Synchronization

/// The complete networks of a feature computation, each loaded when it is first needed.
///
/// Most computations never need them: they hold each network a second time.
final class NetworkHeads: Sendable {
  private let artifacts: [InputArtifact]
  private let threads: Int
  private let loaded: Mutex<[Int: TrainedModel]>

  /// Creates the networks of some artifacts, which use up to `threads` threads.
  init(_ artifacts: [InputArtifact], threads: Int) {
    (self.artifacts, self.threads) = (artifacts, threads)
    loaded = Mutex([:])
  }

  /// A network with its own head.
  ///
  /// Throws if its files are damaged, or if it has no head.
  func network(_ index: Int) throws -> TrainedModel {
    try loaded.withLock { loaded in
      if let known = loaded[index] { return known }
      let model = try TrainedModel.load(artifacts[index], threads: threads)
      loaded[index] = model
      return model
    }
  }
}
