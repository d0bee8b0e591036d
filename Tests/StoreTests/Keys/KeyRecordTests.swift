import PipelineDSL
import Testing

@testable import Store

struct KeyRecordTests {
  static let record = KeyRecord(
    kind: "evaluate", revision: 2, preImage: ["kind": "evaluate", "size": 224.0, "note": "a\nb"],
    artifacts: [
      "predictions": .init(type: .predictions, digest: Digest.of("p"), bytes: 7),
      "metrics": .init(type: .metrics, digest: Digest.of("m"), bytes: 7),
    ],
    metrics: [
      StageMetric("test/macro-f1", 0.925), StageMetric("loss", step: 3, .infinity),
      StageMetric("kappa", .nan), StageMetric("shift", -0.0),
    ],
    warnings: ["one \"class\"\nis missing"], log: Digest.of("log"))

  @Test func readsWhatItWrites() throws {
    let read = try KeyRecord(parsing: Self.record.bytes)
    #expect(read.key == Self.record.key)
    #expect(read.kind == "evaluate")
    #expect(read.revision == 2)
    #expect(read.artifacts == Self.record.artifacts)
    #expect(read.warnings == Self.record.warnings)
    #expect(read.log == Digest.of("log"))
    #expect(try read.preImage == ["kind": "evaluate", "size": 224, "note": "a\nb"])
    #expect(read.agrees(with: Self.record))
    #expect(read.metrics[1].value == .infinity)
    #expect(read.metrics[1].step == 3)
    #expect(read.metrics[2].value.isNaN)
  }

  @Test func storedTextIsStable() {
    let text = String(decoding: Self.record.bytes, as: UTF8.self)
    let artifact = { (name: String, of: String) in
      "\"\(name)\":{\"bytes\":7,\"digest\":\"\(Digest.of(of).hex)\",\"type\":\"\(name)\"}"
    }
    #expect(
      text == """
        {
          "artifacts": {\(artifact("metrics", "m")),\(artifact("predictions", "p"))},
          "format": 2,
          "key": "\(Self.record.key.hex)",
          "kind": "evaluate",
          "log": "\(Digest.of("log").hex)",
          "metrics": [["test/macro-f1",0.925],["loss","inf",3],["kappa","nan"],["shift",0]],
          "preimage": {"kind":"evaluate","note":"a\\u000ab","size":224},
          "revision": 2,
          "seal": "\(Self.record.seal.hex)",
          "warnings": ["one \\"class\\"\\u000ais missing"]
        }

        """)
  }

  @Test func isValidJSON() throws {
    let value = try JSONParser.parse(Self.record.bytes)
    #expect(value["preimage"]?["size"] == 224)
    #expect(
      Digest.of("{\"kind\":\"evaluate\",\"note\":\"a\\u000ab\",\"size\":224}") == Self.record.key)
  }

  @Test func truncationIsDetected() {
    let bytes = Self.record.bytes
    for count in 0..<bytes.count {
      let error = #expect(throws: StoreError.self) {
        try KeyRecord(parsing: Array(bytes.prefix(count)))
      }
      #expect(error?.damaged == true)
    }
  }

  @Test(
    arguments: [
      ("\"format\": 2", "\"format\": 1", "is not in format 2"),
      ("\"type\":\"metrics\"", "\"type\":\"mertics\"", "the artifact 'metrics' has no"),
      ("[\"shift\",0]", "[\"shift\"]", "metric 3 is not [name, value]"),
      ("[\"shift\",0]", "[\"shift\",0,0.5]", "metric 3 is not [name, value]"),
      ("\"revision\": 2", "\"revision\": 2.5", "states no kind and revision"),
      ("\"warnings\": [", "\"warnings\": [1,", "has no list of warnings"),
      ("\"log\": \"", "\"log\": \"-", "lists no log"),
      ("  \"log\"", "\"log\"", "has a line that was not written by Assay"),
      ("  \"log\"", "  \"lug\"", "has no 'log'"),
      ("  \"seal\"", "  \"sael\"", "has no 'seal'"),
      ("is missing", "is mizzing", "was changed after it was written"),
      ("\"revision\": 2", "\"revision\": 3", "was changed after it was written"),
      ("\"revision\": 2", "\"revision\":  2", "was changed after it was written"),
    ])
  func reportsInvalidMembers(from: String, to: String, reason: String) {
    let text = String(decoding: Self.record.bytes, as: UTF8.self)
    #expect(text.contains(from))
    let error = #expect(throws: StoreError.self) {
      try KeyRecord(parsing: Array(text.replacing(from, with: to).utf8))
    }
    #expect(error?.reason.hasPrefix(reason) == true)
    #expect(error?.damaged == true)
  }

  @Test func changedPreImageIsDetected() {
    let text = String(decoding: Self.record.bytes, as: UTF8.self)
    let changed = text.replacing("\"size\":224", with: "\"size\":225")
    let error = #expect(throws: StoreError.self) { try KeyRecord(parsing: Array(changed.utf8)) }
    #expect(error?.reason == "its pre-image does not match its key")
  }

  /// Even if the change has no meaning, such as in white space.
  @Test func everyBitFlipIsDetected() {
    let bytes = Self.record.bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        let error = #expect(throws: StoreError.self) { try KeyRecord(parsing: changed) }
        #expect(error?.damaged == true, "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test func sealDependsOnTheContent() throws {
    #expect(try KeyRecord(parsing: Self.record.bytes).seal == Self.record.seal)
    let other = KeyRecord(
      kind: "evaluate", revision: 2, preImage: try Self.record.preImage,
      artifacts: Self.record.artifacts, metrics: Self.record.metrics, warnings: [],
      log: Self.record.log)
    #expect(other.key == Self.record.key && other.seal != Self.record.seal)
  }

  @Test func agreementRequiresEqualArtifactsAndMetrics() {
    func variant(_ digest: String, _ value: Double) -> KeyRecord {
      KeyRecord(
        kind: "k", revision: 1, preImage: 1,
        artifacts: ["a": .init(type: .files, digest: Digest.of(digest), bytes: 7)],
        metrics: [StageMetric("m", value)], warnings: [digest])
    }
    #expect(variant("a", 1).agrees(with: variant("a", 1)))
    #expect(!variant("a", 1).agrees(with: variant("b", 1)))
    #expect(!variant("a", 1).agrees(with: variant("a", 1.0.nextUp)))
  }

  /// Impossible sizes, found by the fuzzer: their sums would overflow.
  @Test(arguments: ["-1", "9223372036854775807", "9007199254740993"])
  func refusesAnImpossibleSize(_ bytes: String) {
    let text = String(decoding: Self.record.bytes, as: UTF8.self)
      .replacing("\"bytes\":7", with: "\"bytes\":" + bytes)
    let error = #expect(throws: StoreError.self) { try KeyRecord(parsing: Array(text.utf8)) }
    #expect(error?.reason.contains("has no type, digest and bytes") == true)
  }
}
