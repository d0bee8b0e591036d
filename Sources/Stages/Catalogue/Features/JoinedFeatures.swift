internal import Neural
internal import PipelineDSL

/// The features of several artifacts side by side, joined by sample id.
struct JoinedFeatures: Sendable {
  /// The samples that all artifacts have, sorted by id.
  let samples: [Sample]
  /// The number of features of all artifacts together.
  let width: Int
  /// The networks of all artifacts, in order, with folders numbered from 1.
  let parts: [FeatureRecipe.Part]
  private let artifacts: [InputArtifact]
  private let sets: [FeatureSet]
  /// For each artifact, the row of each sample.
  private let rows: [[Int]]

  /// Opens and joins artifacts, in their order.
  ///
  /// Throws if one is damaged or fused already, if a sample is not in all of them or has different
  /// labels, or if the networks take different images.
  init(_ artifacts: [InputArtifact]) throws(StageError) {
    let sets = try artifacts.map { artifact throws(StageError) in try FeatureSet(artifact) }
    for (artifact, set) in zip(artifacts, sets) where set.recipe.fusion != nil {
      throw StageError(
        "the features of '\(artifact.stage)' are fused already",
        hint: "need the stages whose features it fuses, all in one 'fuse-features'")
    }
    (self.artifacts, self.sets) = (artifacts, sets)
    samples = try Self.samples(sets, artifacts)
    let places = sets.map { set in
      Dictionary(zip(set.samples.map(\.id), set.samples.indices)) { first, _ in first }
    }
    let ids = samples.map(\.id)
    rows = places.map { places in ids.compactMap { places[$0] } }
    width = sets.reduce(0) { $0 + $1.width }
    var parts: [FeatureRecipe.Part] = []
    for part in sets.flatMap(\.recipe.parts) {
      var part = part
      part.folder = FeatureRecipe.folder(parts.count + 1)
      parts.append(part)
    }
    self.parts = parts
    try requireSameImages()
  }

  /// The samples, sorted by id; throws unless every artifact has all of them, with the same labels.
  private static func samples(
    _ sets: [FeatureSet], _ artifacts: [InputArtifact]
  ) throws(StageError) -> [Sample] {
    var counts: [String: Int] = [:]
    var labels: [String: String] = [:]
    for (artifact, set) in zip(artifacts, sets) {
      for sample in set.samples {
        counts[sample.id, default: 0] += 1
        guard labels.updateValue(sample.label, forKey: sample.id) ?? sample.label == sample.label
        else {
          throw StageError(
            "sample \(sample.id) of '\(artifact.stage)' has the label '\(sample.label)', but "
              + "another one before",
            hint: "extract all features from images with the same labels")
        }
      }
    }
    let missing = counts.filter { $0.value < sets.count }.keys.sorted()
    if let first = missing.first {
      let lacking = zip(artifacts, sets).first { _, set in
        !set.samples.contains { $0.id == first }
      }
      throw StageError(
        "\(missing.count) of \(counts.count) samples are not in all inputs; the first is \(first), "
          + "which '\(lacking?.0.stage ?? "")' does not have",
        hint: "extract all features from the same images")
    }
    return (sets.first?.samples ?? []).sorted { $0.id < $1.id }
  }

  private func requireSameImages() throws(StageError) {
    var (names, cards) = ([String](), [ModelCard]())
    for (artifact, set) in zip(artifacts, sets) {
      for part in set.recipe.parts {
        let card = try ModelCard(artifact.folder(part.folder), mayLackHead: true)
        names.append("'\(artifact.stage)' (\(card.backbone.rawValue))")
        cards.append(card)
      }
    }
    try ModelCard.requireSameImages(cards, names: names)
  }

  /// The features of some samples, by index, one row of all artifacts after the other.
  ///
  /// Throws if they cannot be read.
  func rows(_ indices: [Int]) throws(StageError) -> [Float] {
    let parts = try zip(sets, rows).map { (set, rows) throws(StageError) in
      try set.rows(indices.map { rows[$0] })
    }
    guard parts.count > 1 else { return parts.first ?? [] }
    var joined: [Float] = []
    joined.reserveCapacity(indices.count * width)
    for row in indices.indices {
      for (set, part) in zip(sets, parts) {
        joined += part[row * set.width..<(row + 1) * set.width]
      }
    }
    return joined
  }

  /// Copies the networks of all artifacts to the folders of `parts` below a folder.
  func copyNetworks(to folder: String) throws(StageError) {
    var number = 0
    for (artifact, set) in zip(artifacts, sets) {
      for part in set.recipe.parts {
        try FeatureRecipe.copyNetwork(
          of: artifact.folder(part.folder), to: "\(folder)/\(parts[number].folder)")
        number += 1
      }
    }
  }
}
