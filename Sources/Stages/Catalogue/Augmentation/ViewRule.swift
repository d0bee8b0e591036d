internal import PipelineDSL

/// The rule by which the views of samples are drawn: the parameters and the seed of `augment`.
///
/// `rule.json` also has the revision of `augment`, so that a change of the draws changes what
/// depends on them.
struct ViewRule: Sendable {
  /// The file's name in a `views` artifact.
  static let file = "rule.json"

  /// The parameters of `augment`.
  let parameters: Augment.Parameters
  /// The seed of the draws.
  let seed: UInt64

  /// Creates a rule.
  init(_ parameters: Augment.Parameters, seed: UInt64) {
    (self.parameters, self.seed) = (parameters, seed)
  }

  /// Parses the file; throws if it is invalid or by another revision of `augment`.
  init(_ bytes: [UInt8]) throws(StageError) {
    let value: JSONValue
    do { value = try JSONParser.parse(bytes) } catch { throw StageError("\(error)") }
    guard let object = value["parameters"]?.object,
      let seed = value["seed"]?.text.flatMap({ UInt64($0) }),
      let revision = value["revision"]?.whole
    else { throw StageError("expected the members 'parameters', 'revision' and 'seed'") }
    guard revision == Augment.revision else {
      throw StageError(
        "it is by revision \(revision) of 'augment', and this program has \(Augment.revision)",
        hint: "run 'augment' again")
    }
    switch Augment.Parameters.read(object) {
    case .success(let parameters): self.init(parameters, seed: seed)
    case .failure(let errors):
      throw StageError(errors.list.map(\.sentence).joined(separator: "; "))
    }
  }

  /// The file.
  var bytes: [UInt8] {
    let rule: JSONObject = [
      "parameters": .object(parameters.values), "revision": .integer(Augment.revision),
      "seed": .string(String(seed)),
    ]
    return JSONCanonicalForm.bytes(of: .object(rule)) + [10]
  }
}
