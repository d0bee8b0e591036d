internal import Imaging
internal import Neural
internal import PipelineDSL

/// The computation of features from images, rebuilt from a recipe.
struct FeatureComputation: Sendable {
  /// The edge of the square input images in pixels.
  let size: Int
  /// How the networks' training images were made from their originals; `nil` if unknown.
  let preparation: Preparation?
  /// The number of features of an image.
  let width: Int
  let branches: [FeatureBranch]
  let fusion: FeatureFusion?
  /// The names of the branches' networks, in order, all different.
  let names: [String]
  /// The networks with their own heads, for Grad-CAM.
  let heads: NetworkHeads

  /// Loads the networks and layers that a recipe names from the artifact that contains it.
  ///
  /// Throws if a file is missing or damaged, if a width is not that of the recipe, or if the
  /// networks take different images.
  init(
    _ recipe: FeatureRecipe, from artifact: InputArtifact, threads: Int
  ) throws(StageError) {
    let networks = recipe.parts.map { artifact.folder($0.folder) }
    var branches: [FeatureBranch] = []
    for (part, network) in zip(recipe.parts, networks) {
      let branch = try FeatureBranch(network, at: part.at, threads: threads)
      guard branch.width == part.width else {
        throw artifact.failure(
          FeatureRecipe.file,
          "\(part.folder) has \(branch.width) features at \(part.at.rawValue), not \(part.width)")
      }
      branches.append(branch)
    }
    let cards = branches.map(\.card)
    names = Self.names(of: cards)
    try ModelCard.requireSameImages(cards, names: names)
    guard let first = cards.first else {
      throw artifact.failure(FeatureRecipe.file, "it names no network")
    }
    (size, preparation, width) = (first.size, first.preparation, recipe.width)
    fusion = try recipe.fusion.map { fusion throws(StageError) in
      try FeatureFusion(
        fusion, inputs: recipe.joinedWidth, from: artifact, threads: threads)
    }
    heads = NetworkHeads(networks, threads: threads)
    self.branches = branches
  }

  /// The architecture of each card, with a number for those that occur again: `cnn`, `cnn-2`.
  static func names(of cards: [ModelCard]) -> [String] {
    var counts: [String: Int] = [:]
    return cards.map { card in
      let name = card.backbone.rawValue
      counts[name, default: 0] += 1
      return counts[name].flatMap { $0 > 1 ? "\(name)-\($0)" : nil } ?? name
    }
  }

  /// The features of each image, which do not depend on the other images.
  ///
  /// Throws if an image does not have the networks' input size and three channels.
  func features(of images: [Image]) throws -> [[Float]] {
    var rows: [[Float]] = []
    for start in stride(from: 0, to: images.count, by: FeatureBranch.batch) {
      let batch = images[start..<min(start + FeatureBranch.batch, images.count)]
      rows += fused(
        joined(try branches.map { try $0.features(of: batch) }, count: batch.count))
    }
    return rows
  }

  /// The features of images given as pixels in [0, 1], images x size x size x 3.
  func features(ofPixels pixels: [Float]) throws -> [[Float]] {
    let length = size * size * 3
    let batch = FeatureBranch.batch * length
    var rows: [[Float]] = []
    for start in stride(from: 0, to: pixels.count, by: batch) {
      let part = Array(pixels[start..<min(start + batch, pixels.count)])
      rows += fused(
        joined(
          branches.map { $0.features(ofInputs: $0.inputs(ofPixels: part)) },
          count: part.count / length))
    }
    return rows
  }

  /// The features after the fusion, if there is one, row by row.
  private func fused(_ rows: [Float]) -> [[Float]] {
    let features = fusion?.features(of: rows) ?? rows
    return stride(from: 0, to: features.count, by: width).map {
      Array(features[$0..<$0 + width])
    }
  }

  /// The features of all branches, side by side in one row per image.
  func joined(_ parts: [[Float]], count: Int) -> [Float] {
    (0..<count).flatMap { row in
      zip(branches, parts).flatMap { branch, part in
        part[row * branch.width..<(row + 1) * branch.width]
      }
    }
  }

  /// The columns of each branch in a row of all of them.
  func columns(_ row: [Float]) -> [[Float]] {
    var start = 0
    return branches.map { branch in
      defer { start += branch.width }
      return Array(row[start..<start + branch.width])
    }
  }
}
