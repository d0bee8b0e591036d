internal import PipelineDSL

/// `split.csv`: the part of every sample, sorted by id.
struct SplitTable: Sendable {
  /// The part of each sample, by id.
  let parts: [String: Part]
  /// The training samples, sorted by id.
  let trainLabels: [(id: String, label: String)]
  /// The ids of the training samples, sorted.
  var trainIDs: [String] { trainLabels.map(\.id) }

  /// The table of a `split` artifact.
  init(_ artifact: InputArtifact) throws(StageError) {
    var parts: [String: Part] = [:]
    var train: [(id: String, label: String)] = []
    for (index, row) in try artifact.rows(SplitFormat.file, SplitFormat.columns).enumerated() {
      guard let part = Part(rawValue: row[1]) else {
        throw artifact.failure(
          SplitFormat.file,
          "line \(index + 2): expected \(Part.listing), found '\(row[1])'")
      }
      guard parts.updateValue(part, forKey: row[0]) == nil else {
        throw artifact.failure(SplitFormat.file, "line \(index + 2): duplicate id \(row[0])")
      }
      if part == .train { train.append((row[0], row[2])) }
    }
    self.parts = parts
    trainLabels = train.sorted { $0.id < $1.id }
  }

  /// The indices of a part's samples in an image set, ascending.
  ///
  /// Samples that are not in the split belong to no part.
  func indices(of part: Part, in images: ImageSet) -> [Int] {
    images.samples.indices.filter { parts[images.samples[$0].id] == part }
  }
}
