internal import PipelineDSL

/// What `model.json` states of every kind of model.
struct ModelFacts: Sendable {
  /// The class names, in the order of the logits.
  var classes: [String]
  /// The edge of the square input images in pixels.
  var size: Int
  /// How its images were made from their originals; `nil` if unknown.
  var preparation: Preparation?

  init(classes: [String], size: Int, preparation: Preparation?) {
    (self.classes, self.size, self.preparation) = (classes, size, preparation)
  }

  /// Reads the members that all cards share; throws if they are missing or inconsistent.
  init(_ json: JSONValue) throws(StageError) {
    guard let elements = json["classes"]?.elements, let size = json["size"]?.whole else {
      throw StageError("the member 'classes' or 'size' is missing or has the wrong type")
    }
    let classes = elements.compactMap(\.text)
    guard classes.count == elements.count, classes.count > 1, Set(classes).count == classes.count,
      (1...65_536).contains(size)
    else { throw StageError("its classes or its size are inconsistent") }
    (self.classes, self.size) = (classes, size)
    do throws(StageError) {
      preparation = try json["preparation"].map { json throws(StageError) in
        try Preparation(json)
      }
    } catch {
      throw StageError("preparation: \(error)")
    }
  }

  /// The facts of a model artifact of any kind; no network is loaded.
  init(_ artifact: InputArtifact) throws(StageError) {
    let json = try Self.json(of: artifact)
    do throws(StageError) { try self.init(json) } catch {
      throw artifact.failure(ModelCard.file, error.reason)
    }
  }

  /// The members that all cards share.
  var json: JSONObject {
    var object: JSONObject = ["classes": classes.json, "size": .integer(size)]
    object["preparation"] = preparation?.json
    return object
  }

  /// The content of the `model.json` of an artifact.
  static func json(of artifact: InputArtifact) throws(StageError) -> JSONValue {
    let bytes = try artifact.bytes(ModelCard.file)
    do { return try JSONParser.parse(bytes) } catch {
      throw artifact.failure(ModelCard.file, "\(error)")
    }
  }
}
