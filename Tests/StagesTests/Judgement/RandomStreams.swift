import PipelineDSL

/// Random streams for tests.
enum RandomStreams {
  static func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: 17, kind: "test", sample: "a", purpose: purpose)
  }
}
