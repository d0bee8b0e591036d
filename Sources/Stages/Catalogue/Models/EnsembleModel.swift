internal import Imaging
internal import PipelineDSL

/// Several models whose logits are combined: images in, one logit per class out.
struct EnsembleModel: ImageModel {
  let classes: [String]
  let size: Int
  let preparation: Preparation?
  private let members: [(name: String, model: any ImageModel)]
  private let rule: EnsembleRule

  /// Loads a model that uses up to `threads` threads and lies in `depth` - 1 others.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  init(_ artifact: InputArtifact, threads: Int, depth: Int = 1) throws(StageError) {
    let card: EnsembleCard
    let json = try ModelFacts.json(of: artifact)
    do throws(StageError) { card = try EnsembleCard(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
    var members: [(name: String, model: any ImageModel)] = []
    for (index, folder) in card.members.enumerated() {
      let member = artifact.folder(folder)
      let json = try ModelFacts.json(of: member)
      let kind = try ModelKind(member)
      let model = try ImageModels.load(member, threads: threads, depth: depth + 1)
      guard model.classes == card.facts.classes, model.size == card.facts.size else {
        throw artifact.failure(
          ModelCard.file, "the classes or the size of '\(folder)' are not those of the ensemble")
      }
      // Models of several networks name each themselves.
      let network = kind == .network ? json["architecture"]?.text : nil
      members.append(("\(index + 1)" + (network.map { "-\($0)" } ?? ""), model))
    }
    let count = card.facts.classes.count
    let stack = try card.stack.map { (stack) throws(StageError) in
      try FittedClassifier.load(
        stack, from: artifact, width: card.members.count * count, classes: count)
    }
    (classes, size) = (card.facts.classes, card.facts.size)
    preparation = card.facts.preparation
    self.members = members
    rule = EnsembleRule(card.rule, weights: card.weights, stack: stack)
  }

  func logits(of images: [Image]) throws -> [[Float]] {
    guard !images.isEmpty else { return [] }
    return try rule.logits(members.map { try $0.model.logits(of: images) })
  }

  /// The maps of every network of every model, with the gradients of its own logit of the class.
  ///
  /// Parts are named by the number of the model, from 1, and the network: `2-vgg16`.
  func layerMaps(
    _ image: Image, class label: Int?, at layer: String?
  ) throws -> [NetworkMaps] {
    try members.flatMap { name, model in
      try model.layerMaps(image, class: label, at: layer).map { part, maps in
        (name + (part.isEmpty ? "" : "-\(part)"), maps)
      }
    }
  }

  var gradients: ImageGradients? {
    let zeros = members.map { _ in [Float](repeating: 0, count: classes.count) }
    guard rule.derivatives(zeros, of: 0) != nil else { return nil }
    var parts: [ImageGradients] = []
    for member in members {
      guard let part = member.model.gradients else { return nil }
      parts.append(part)
    }
    return EnsembleGradients(rule, parts, size: size).imageGradients
  }
}
