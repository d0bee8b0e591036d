public import PipelineDSL

/// The result stored under a key: the artifacts, and everything else that a hit shows.
///
/// Stored as JSON, one member per line, sorted by name. The pre-image is on one line in canonical
/// form, so that the SHA-256 of that text is the key. Another line contains the SHA-256 of all
/// other lines, so that no byte can change unnoticed. The record contains no times.
public struct KeyRecord: Sendable, Hashable {
  /// An artifact of a result.
  public struct Artifact: Sendable, Hashable {
    /// The type.
    public let type: ArtifactType
    /// The digest of its manifest.
    public let digest: Digest

    /// The total size of its files in bytes.
    public let bytes: Int

    /// Creates an artifact.
    public init(type: ArtifactType, digest: Digest, bytes: Int) {
      (self.type, self.digest, self.bytes) = (type, digest, bytes)
    }
  }

  /// The format of the stored text.
  static let format = 2
  /// An upper bound for the size of an artifact, so that sums of sizes do not overflow.
  private static let mostBytes = 1 << 53

  /// SHA-256 of `preImageBytes`.
  public let key: Digest
  /// The canonical form of the pre-image.
  public let preImageBytes: [UInt8]
  /// The stage kind.
  public let kind: String
  /// The revision of the stage kind.
  public let revision: Int
  /// The artifacts, by output port.
  public let artifacts: [String: Artifact]
  /// The metrics that the stage reported, in order.
  public let metrics: [StageMetric]
  /// The warnings that the stage reported, in order.
  public let warnings: [String]
  /// The digest of the log, if there is one.
  public let log: Digest?
  /// SHA-256 of the stored text without the line that contains it; also stored in the record of
  /// runs.
  public let seal: Digest

  /// Creates a record; the key follows from the pre-image.
  public init(
    kind: String, revision: Int, preImage: JSONValue, artifacts: [String: Artifact],
    metrics: [StageMetric] = [], warnings: [String] = [], log: Digest? = nil
  ) {
    preImageBytes = JSONCanonicalForm.bytes(of: preImage)
    key = Digest.of(preImageBytes)
    (self.kind, self.revision, self.artifacts) = (kind, revision, artifacts)
    (self.metrics, self.warnings, self.log) = (metrics, warnings, log)
    seal = Digest.of(
      Self.lines(
        key: key, preImage: preImageBytes, kind: kind, revision: revision, artifacts: artifacts,
        metrics: metrics, warnings: warnings, log: log
      ).joined())
  }

  /// The pre-image, parsed on demand, since a lookup does not need it.
  public var preImage: JSONValue {
    get throws(StoreError) {
      do { return try JSONParser.parse(preImageBytes) } catch {
        throw StoreError(path: "key \(key.short)", "the pre-image: \(error)", damaged: true)
      }
    }
  }

  /// Whether both have the same artifacts and exactly the same metrics.
  public func agrees(with other: KeyRecord) -> Bool {
    artifacts == other.artifacts
      && metrics.elementsEqual(other.metrics) {
        $0.name == $1.name && $0.step == $1.step
          && ($0.value == $1.value || $0.value.isNaN && $1.value.isNaN)
      }
  }
}

// MARK: - The stored text

extension KeyRecord {
  /// The record as it is stored.
  public var bytes: [UInt8] {
    var lines = Self.lines(
      key: key, preImage: preImageBytes, kind: kind, revision: revision, artifacts: artifacts,
      metrics: metrics, warnings: warnings, log: log)
    // Sorted by name: after "preimage" and "revision", before "warnings". Computed again, since a
    // record that was read may have been formatted differently.
    lines.insert(Self.sealLine(Digest.of(Array(lines.joined()))), at: lines.count - 2)
    return Array(lines.joined())
  }

  private static func sealLine(_ seal: Digest) -> [UInt8] {
    Array("  \"seal\": \"\(seal.hex)\",\n".utf8)
  }

  /// Every line except that of the seal.
  private static func lines(
    key: Digest, preImage: [UInt8], kind: String, revision: Int, artifacts: [String: Artifact],
    metrics: [StageMetric], warnings: [String], log: Digest?
  ) -> [[UInt8]] {
    let artifacts = JSONObject(
      artifacts.map { port, artifact in
        (
          port,
          [
            "bytes": .integer(artifact.bytes), "digest": .string(artifact.digest.hex),
            "type": .string(artifact.type.rawValue),
          ]
        )
      })
    let members: [(String, JSONValue?)] = [
      ("artifacts", .object(artifacts)),
      ("format", .integer(format)),
      ("key", .string(key.hex)),
      ("kind", .string(kind)),
      ("log", log.map { .string($0.hex) } ?? .null),
      ("metrics", .array(metrics.map(json))),
      ("preimage", nil),
      ("revision", .integer(revision)),
      ("warnings", .array(warnings.map { .string($0) })),
    ]
    var lines = [Array("{\n".utf8)]
    for (index, (name, value)) in members.enumerated() {
      lines.append(
        Array("  \"\(name)\": ".utf8) + (value.map(JSONCanonicalForm.bytes) ?? preImage)
          + Array((index < members.count - 1 ? ",\n" : "\n").utf8))
    }
    return lines + [Array("}\n".utf8)]
  }

  /// A metric as `[name, value]` or `[name, value, step]`: short, since histories are long.
  private static func json(_ metric: StageMetric) -> JSONValue {
    // JSON has no infinities, but a diverged loss must be stored all the same.
    let value: JSONValue =
      metric.value.isFinite ? .number(metric.value) : .string(metric.value.description)
    return .array([.string(metric.name), value] + (metric.step.map { [.integer($0)] } ?? []))
  }

  /// Parses a stored record.
  ///
  /// - Throws: `StoreError`, marked as damage, for anything that Assay does not write. The caller
  ///   sets the path of the error.
  public init(parsing bytes: [UInt8]) throws(StoreError) {
    let lines = try Self.lines(bytes)
    // Parsed without building dictionaries for values that are read once: a run does this for every
    // stage.
    func value(_ name: String) throws(StoreError) -> LocatedJSON {
      guard let line = lines[name] else { throw Self.problem("has no '\(name)'") }
      do { return try JSONParser.locate(Array(line)).root } catch {
        throw Self.problem("'\(name)': \(error.reason)")
      }
    }
    guard try value("format").value.whole == Self.format else {
      throw Self.problem("is not in format \(Self.format)")
    }
    guard let preImage = lines["preimage"] else { throw Self.problem("has no 'preimage'") }
    preImageBytes = Array(preImage)
    key = Digest.of(preImageBytes)
    guard try value("key").text == key.hex else {
      throw Self.problem("its pre-image does not match its key")
    }
    guard let kind = try value("kind").text, let revision = try value("revision").value.whole else {
      throw Self.problem("states no kind and revision")
    }
    (self.kind, self.revision) = (kind, revision)
    artifacts = try Self.artifacts(value("artifacts"))
    metrics = try Self.metrics(value("metrics"))
    guard let warnings = try value("warnings").elements?.map(\.text), !warnings.contains(nil) else {
      throw Self.problem("has no list of warnings")
    }
    self.warnings = warnings.compactMap(\.self)
    let log = try value("log")
    self.log = log.text.flatMap { Digest(hex: $0) }
    guard self.log != nil || log.value == .null else { throw Self.problem("lists no log") }
    // Last, so that a more specific problem is reported first.
    seal = try Self.seal(of: bytes, written: lines["seal"])
  }

  private static func problem(_ reason: String) -> StoreError {
    StoreError(path: "key", reason, damaged: true)
  }

  /// The seal, verified against all other lines.
  private static func seal(
    of bytes: [UInt8], written: ArraySlice<UInt8>?
  ) throws(StoreError) -> Digest {
    guard let written else { throw problem("has no 'seal'") }
    let start = bytes[..<written.startIndex].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let end = bytes[written.endIndex...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
    var hasher = DigestHasher()
    bytes.withUnsafeBytes { all in
      hasher.update(UnsafeRawBufferPointer(rebasing: all[..<start]))
      hasher.update(UnsafeRawBufferPointer(rebasing: all[end...]))
    }
    let seal = hasher.finish()
    guard bytes[start..<end].elementsEqual(sealLine(seal)) else {
      throw problem("was changed after it was written: its seal does not match")
    }
    return seal
  }

  /// The text of each member by its name.
  ///
  /// Values contain no line breaks, since strings escape them.
  private static func lines(_ bytes: [UInt8]) throws(StoreError) -> [String: ArraySlice<UInt8>] {
    let all = bytes.split(separator: 10)
    guard all.first?.elementsEqual("{".utf8) == true, all.last?.elementsEqual("}".utf8) == true,
      bytes.last == 10
    else { throw problem("is truncated or was not written by Assay") }
    var members: [String: ArraySlice<UInt8>] = [:]
    for line in all.dropFirst().dropLast() {
      guard line.starts(with: "  \"".utf8),
        let quote = line.dropFirst(3).firstIndex(of: UInt8(ascii: "\"")),
        line[quote...].starts(with: "\": ".utf8)
      else { throw problem("has a line that was not written by Assay") }
      let name = String(decoding: line[(line.startIndex + 3)..<quote], as: UTF8.self)
      let rest = line[(quote + 3)...]
      members[name] = rest.last == UInt8(ascii: ",") ? rest.dropLast() : rest
    }
    return members
  }

  private static func artifacts(_ json: LocatedJSON) throws(StoreError) -> [String: Artifact] {
    guard let members = json.members else { throw problem("lists no artifacts") }
    var artifacts: [String: Artifact] = [:]
    for member in members {
      guard let type = member.value["type"]?.text.flatMap(ArtifactType.init(rawValue:)),
        let digest = member.value["digest"]?.text.flatMap({ Digest(hex: $0) }),
        let bytes = member.value["bytes"]?.value.whole, (0...mostBytes).contains(bytes)
      else { throw problem("the artifact '\(member.name)' has no type, digest and bytes") }
      artifacts[member.name] = Artifact(type: type, digest: digest, bytes: bytes)
    }
    return artifacts
  }

  private static func metrics(_ json: LocatedJSON) throws(StoreError) -> [StageMetric] {
    guard let elements = json.elements else { throw problem("has no list of metrics") }
    var metrics: [StageMetric] = []
    metrics.reserveCapacity(elements.count)
    for element in elements {
      guard let parts = element.elements, parts.count == 2 || parts.count == 3,
        let name = parts[0].text,
        let value = parts[1].value.real ?? parts[1].text.flatMap({ Double($0) }),
        let step = parts.count == 3 ? parts[2].value.whole.map(Optional.some) : .some(nil)
      else { throw problem("metric \(metrics.count) is not [name, value] or [name, value, step]") }
      metrics.append(StageMetric(name, step: step, value))
    }
    return metrics
  }
}
