/// Everything a stage's result depends on, and the digest of it.
///
/// It excludes names, descriptions, `resources`, `checks`, `reference`, users, hosts, paths, times,
/// attempts and worker counts. The pre-image is stored with the result, so that `why` can report
/// which field changed.
public struct StageKey: Sendable, Hashable {
  /// Increased when the meaning of the fields changes.
  public static let format = 1

  /// The fields, as stored.
  public let preimage: JSONValue
  /// The SHA-256 of the pre-image's canonical form.
  public let digest: Digest

  /// What a cell contributes to the key in addition to its kind and parameters.
  public struct Content: Sendable {
    /// For each input port, the connected artifacts in order, with gathered coordinates.
    public var inputs: [String: [(digest: Digest, coordinates: JSONObject)]]
    /// For each location, the digest of its content.
    public var locations: [String: Digest]
    /// For kinds that run programs, the digest of each code file by name.
    public var code: [String: Digest]

    /// Creates the content.
    public init(
      inputs: [String: [(digest: Digest, coordinates: JSONObject)]] = [:],
      locations: [String: Digest] = [:], code: [String: Digest] = [:]
    ) {
      (self.inputs, self.locations, self.code) = (inputs, locations, code)
    }
  }

  /// Creates the key of a cell.
  public init(cell: Cell, kind: StageDescriptor, content: Content) {
    func object(_ map: [String: Digest]) -> JSONValue { map.mapValues(\.hex).json }
    var fields: JSONObject = [
      "format": .integer(Self.format),
      "kind": .string(kind.name),
      "revision": .integer(kind.revision),
      "parameters": .object(cell.parameters),
      "inputs": .object(
        JSONObject(
          content.inputs.sorted { $0.key < $1.key }.map { port, artifacts in
            (
              port,
              .array(
                artifacts.map { artifact in
                  artifact.coordinates.isEmpty
                    ? .string(artifact.digest.hex)
                    : ["digest": .string(artifact.digest.hex), "at": .object(artifact.coordinates)]
                })
            )
          })),
      "locations": object(content.locations),
      "libraries": kind.libraries().json,
      // The declared outputs, all of which a hit must provide.
      "outputs": .array(
        cell.ports.outputs.map { .string("\($0.name):\($0.type.rawValue)") }),
    ]
    if !content.code.isEmpty { fields["code"] = object(content.code) }
    if kind.draws { fields["seed"] = .integer(cell.seed ?? 0) }
    self.init(preimage: .object(fields))
  }

  /// Creates the key of a stored pre-image.
  public init(preimage: JSONValue) {
    self.preimage = preimage
    digest = Digest.of(JSONCanonicalForm.bytes(of: preimage))
  }

  /// A field that differs between two pre-images: its pointer and both values (`nil` if absent).
  public struct Difference: Sendable, Hashable {
    /// The JSON pointer.
    public let pointer: String
    /// The value in the earlier pre-image.
    public let old: JSONValue?
    /// The value in the later one.
    public let new: JSONValue?
  }

  /// The fields in which a pre-image differs from an earlier one, sorted by pointer.
  public static func differences(from old: JSONValue, to new: JSONValue) -> [Difference] {
    var found: [Difference] = []
    compare(old, new, at: "", into: &found)
    return found.sorted { $0.pointer < $1.pointer }
  }

  private static func compare(
    _ old: JSONValue?, _ new: JSONValue?, at pointer: String, into found: inout [Difference]
  ) {
    if old == new { return }
    if case .object(let a)? = old, case .object(let b)? = new {
      for name in Set(a.names + b.names) {
        compare(a[name], b[name], at: "\(pointer)/\(JSONPath.escape(name))", into: &found)
      }
    } else if case .array(let a)? = old, case .array(let b)? = new, a.count == b.count {
      for (index, pair) in zip(a, b).enumerated() {
        compare(pair.0, pair.1, at: "\(pointer)/\(index)", into: &found)
      }
    } else {
      found.append(Difference(pointer: pointer, old: old, new: new))
    }
  }
}
