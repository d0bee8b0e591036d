internal import PipelineDSL
internal import Statistics

extension PairedBootstrap.Draws {
  /// Draws that depend only on a seed and the number of pairs.
  init(pairs: Int, seed: UInt64) {
    var stream = RandomStream(
      seed: seed, kind: "diff", sample: String(pairs), purpose: "bootstrap")
    self.init(pairs: pairs) { stream.below($0) }
  }
}
