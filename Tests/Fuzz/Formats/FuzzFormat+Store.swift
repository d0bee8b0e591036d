internal import Execution
internal import PipelineDSL
internal import Store

// Files of the store and messages between the runner's processes.
extension FuzzFormat {
  static let manifest = FuzzFormat(
    name: "manifest", seeds: { _ in [manifestSeed] + texts(["", "\(hex) 1 a", "\(hex) -1 a\n"]) },
    tokens: pathTokens, isText: true, share: 8
  ) { input, _ in
    let manifest: ArtifactManifest
    do { manifest = try ArtifactManifest(parsing: input) } catch { return refused(error) }
    guard let again = try? ArtifactManifest(parsing: manifest.bytes), again == manifest else {
      throw FuzzError("it reads differently after it is written")
    }
    guard manifest.totalSize >= 0, manifest.files.allSatisfy({ staysInside($0.path) }) else {
      throw FuzzError("a path leads out of the artifact, or its size is negative")
    }
    return .taken("\(manifest.files.count) files")
  }

  static let locations = FuzzFormat(
    name: "locations",
    seeds: { _ in
      [manifestSeed, manifestSeed + [UInt8](text: "! l\\:k: leads out\n! m: \\\\ \\n\n")]
    }, tokens: pathTokens, isText: true, share: 6
  ) { input, _ in
    guard let snapshot = LocationSnapshot(manifest: input, root: "/r", isFile: false) else {
      return .refused("not a list of files")
    }
    let written = Array(snapshot.manifest.utf8)
    guard let again = LocationSnapshot(manifest: written, root: "/r", isFile: false),
      again == snapshot
    else { throw FuzzError("it reads differently after it is written") }
    guard snapshot.entries.allSatisfy({ staysInside($0.path) }) else {
      throw FuzzError("a path leads out of the location")
    }
    return .taken("\(snapshot.problems.count) problems")
  }

  static let key = FuzzFormat(
    name: "key", seeds: { _ in [keySeed.bytes] },
    tokens: texts([
      "  \"kind\": \"x\",\n", "null", "[\"m\",\"nan\"]", "[\"m\",1,2]", "\"bytes\":", "\n", "}\n",
      "\"type\":\"model\"", "\"\(hex)\"",
    ]), isText: true, share: 6, repair: repairKey
  ) { input, _ in
    let record: KeyRecord
    do { record = try KeyRecord(parsing: input) } catch { return refused(error) }
    guard let again = try? KeyRecord(parsing: record.bytes), again.agrees(with: record),
      again.key == record.key, again.warnings == record.warnings, again.log == record.log
    else { throw FuzzError("it reads differently after it is written") }
    // Stores are smaller than this, so that sums of sizes do not overflow.
    guard record.artifacts.values.allSatisfy({ (0...1 << 53).contains($0.bytes) }) else {
      throw FuzzError("an artifact has an impossible size")
    }
    return .taken((try? record.preImage) == nil ? "no pre-image" : "all")
  }

  static let job = FuzzFormat(
    name: "job", seeds: { _ in texts([jobSeed]) },
    tokens: texts(["null", "[]", "{}", "\"\(hex)\"", "\"at\":{\"x\":1}", "\"is-file\":true"]),
    isText: true, share: 6
  ) { input, _ in try wire(input) { WorkerJob(json: $0)?.json } }

  static let reply = FuzzFormat(
    name: "reply", seeds: { _ in texts(replySeeds) },
    tokens: texts(["null", "\"nan\"", "\"inf\"", "\"\(hex)\"", "[1,2]"]),
    isText: true, share: 6
  ) { input, _ in try wire(input) { WorkerReply(json: $0)?.json } }

  /// A message that was read and written again must read the same.
  private static func wire(
    _ input: [UInt8], _ message: (JSONValue) -> JSONValue?
  ) throws -> Outcome {
    func read(_ line: [UInt8]) -> [UInt8]? {
      (try? JSONParser.parse(line)).flatMap(message).map { JSONCanonicalForm.bytes(of: $0) }
    }
    guard let written = read(input) else {
      do { return .refused(try JSONParser.parse(input).kindName) } catch { return refused(error) }
    }
    guard read(written) == written else { throw FuzzError("it reads differently after it is sent") }
    return .taken(String(decoding: written.prefix(9), as: UTF8.self))
  }

  private static func staysInside(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    return !path.isEmpty && !path.utf8.contains(0)
      && parts.allSatisfy { !$0.isEmpty && String($0) != "." && String($0) != ".." }
  }

  private static let hex = Digest.of("x").hex

  private static let pathTokens = texts([
    "../", "/etc/passwd", "./", "//", "\\n", "\\\\", "\\x", "..", "\u{301}", "\(hex) 3 z\n",
    "! p: q\n",
  ])

  private static let manifestSeed = ArtifactManifest([
    .init(path: "a.csv", size: 3, digest: Digest.of("abc")),
    .init(path: "dir/e\u{301} \\ \n.png", size: 0, digest: Digest.of("")),
    .init(path: "z/y/x", size: 1 << 40, digest: Digest.of("big")),
  ]).bytes

  private static let keySeed = KeyRecord(
    kind: "evaluate", revision: 2, preImage: ["kind": "evaluate", "size": 224.0, "note": "a\nb"],
    artifacts: [
      "predictions": .init(type: .predictions, digest: Digest.of("p"), bytes: 7),
      "metrics": .init(type: .metrics, digest: Digest.of("m"), bytes: 7),
    ],
    metrics: [
      StageMetric("test/macro-f1", 0.925), StageMetric("loss", step: 3, .infinity),
      StageMetric("kappa", .nan),
    ], warnings: ["one \"class\"\nis missing"], log: Digest.of("log"))

  private static let jobSeed = """
    {"attempt":"/s/1","cell":"a@x=1","inputs":[{"at":{"x":1},"digest":"\(hex)","port":"p",\
    "stage":"s"}],"kind":"command","locations":{"root":{"digest":"\(hex)","is-file":false,\
    "root":"/data"}},"memo":8,"originals":[{"digest":"\(hex)","is-file":true,"root":"/f"}],\
    "outputs":["files"],"parameters":{"argv":["true"]},"seed":1,"state":"/t","store":"/s",\
    "threads":2}
    """

  private static let replySeeds = [
    #"{"progress":[3,10],"remark":"loss 0.5","unit":"epochs"}"#, #"{"warning":"odd\u001b[2J"}"#,
    #"{"failed":"no such file","hint":null,"usage":[0.5,1024]}"#,
    """
    {"done":{"artifacts":{"files":["\(hex)",12]},"log":"\(hex)","metrics":[["m",null,0.5],\
    ["h",2,"nan"]],"usage":[1.5,4096],"warnings":["w"]}}
    """,
  ]
}
