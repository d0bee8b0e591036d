internal import Neural
internal import PipelineDSL

/// `model.json` of a single network: everything besides the tensors that is needed to use it.
struct ModelCard: Sendable {
  /// The names of the files of a model artifact.
  static let (file, tensorFile) = ("model.json", "model.safetensors")
  /// The width of the dense layer of models whose card does not state it.
  static let usualDense = 128

  /// The architecture.
  let backbone: Backbone
  /// The class names, in the order of the network's outputs.
  let classes: [String]
  /// The edge of the square input images in pixels.
  let size: Int
  /// How 8-bit samples become the network's input.
  let normalisation: Normalisation
  /// The number of learned parameters.
  let parameters: Int
  /// The number of units in the hidden dense layer of the head.
  let dense: Int
  /// How its images were made from their originals; `nil` if unknown.
  let preparation: Preparation?

  init(
    backbone: Backbone, classes: [String], size: Int, normalisation: Normalisation, parameters: Int,
    dense: Int = usualDense, preparation: Preparation? = nil
  ) {
    (self.backbone, self.classes, self.size) = (backbone, classes, size)
    (self.normalisation, self.parameters) = (normalisation, parameters)
    (self.dense, self.preparation) = (dense, preparation)
  }

  /// Whether the network has a head for its classes; without one it gives features only.
  var hasHead: Bool { !classes.isEmpty }

  /// Reads the card of a model artifact; `mayLackHead` accepts one of no classes.
  ///
  /// Throws if it is missing, damaged or inconsistent, or if the model is not a single network.
  init(_ artifact: InputArtifact, mayLackHead: Bool = false) throws(StageError) {
    let value: JSONValue
    do { value = try JSONParser.parse(try artifact.bytes(Self.file)) } catch {
      throw artifact.failure(Self.file, "\(error)")
    }
    let kind: ModelKind
    do throws(StageError) { kind = try ModelKind(value) } catch {
      throw artifact.failure(Self.file, error.reason)
    }
    guard kind == .network else {
      throw artifact.failure(
        Self.file, "the model is of kind '\(kind.rawValue)', where a single network is needed")
    }
    func member<T>(_ name: String, _ read: (JSONValue) -> T?) throws(StageError) -> T {
      guard let found = value[name].flatMap(read) else {
        throw artifact.failure(
          Self.file, "the member '\(name)' is missing or has the wrong type")
      }
      return found
    }
    func numbers(_ name: String) -> (JSONValue) -> [Double]? {
      { $0[name]?.elements?.compactMap(\.real) }
    }
    backbone = try member("architecture") { $0.text.flatMap(Backbone.init(rawValue:)) }
    classes = try member("classes") { $0.elements?.compactMap(\.text) }
    size = try member("size") { $0.whole }
    parameters = try member("parameters") { $0.whole }
    dense = try value["dense"] == nil ? Self.usualDense : member("dense") { $0.whole }
    let mean = try member("normalisation", numbers("mean"))
    let deviation = try member("normalisation", numbers("std"))
    guard mean.count == 3, deviation.count == 3, deviation.allSatisfy({ $0 > 0 }),
      classes.count > 1 || mayLackHead && value["classes"] == [],
      Set(classes).count == classes.count, (1...65_536).contains(size),
      (1...65_536).contains(dense)
    else { throw artifact.failure(Self.file, "its numbers are inconsistent") }
    normalisation = Normalisation(mean: mean, deviation: deviation)
    do throws(StageError) {
      preparation = try value["preparation"].map { json throws(StageError) in
        try Preparation(json)
      }
    } catch {
      throw artifact.failure(Self.file, "preparation: \(error)")
    }
  }

  /// The card as JSON.
  var json: JSONValue {
    var object: JSONObject = [
      "architecture": .string(backbone.rawValue), "channels": 3,
      "classes": classes.json, "dense": .integer(dense),
      "normalisation": .object([
        "scale": .number(1.0 / 255), "mean": normalisation.mean.json,
        "std": normalisation.deviation.json,
      ]),
      "parameters": .integer(parameters), "size": .integer(size),
    ]
    object["preparation"] = preparation?.json
    return .object(object)
  }

  /// Writes the files of a model artifact.
  func write(_ tensors: [Tensor], to folder: String) throws(StageError) {
    try writeFile(Safetensors.encode(tensors), folder + "/" + Self.tensorFile)
    try writeFile(Array(JSONPrettyForm.text(of: json).utf8), folder + "/" + Self.file)
  }
}

extension ModelCard {
  /// Throws unless all networks take images of one size and preparation; `names` are theirs.
  static func requireSameImages(_ cards: [ModelCard], names: [String]) throws(StageError) {
    let hint = "crop the images once, with one 'crop-normalise', and use them for every network"
    for (name, card) in zip(names, cards).dropFirst() {
      guard card.size == cards[0].size else {
        throw StageError(
          "\(names[0]) takes images of \(cards[0].size) pixels, and \(name) of \(card.size)",
          hint: hint)
      }
      guard card.preparation?.json == cards[0].preparation?.json else {
        throw StageError(
          "the images of \(names[0]) and \(name) were prepared in different ways", hint: hint)
      }
    }
  }
}
