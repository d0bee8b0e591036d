import PipelineDSL
import Store
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Runs programs named by its parameter; counts how often its code files are requested.
private struct Programs: StageKind {
  struct Parameters: StageParameters {
    var files: [String] = []
    static let fields: [ParameterField<Self>] = [.init("files", \.files, "the programs")]
  }
  static let name = "programs"
  static let revision = 1
  static let summary = "Runs programs."
  static let source = "Assay"
  static let ports = Ports(outputs: [.init("files", .files, "what it gives")])
  static let asked = Mutex<[String: Int]>([:])
  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }
  func codeFiles(_ known: ProgramFiles) -> [String] {
    Self.asked.withLock { $0[parameters.files.joined(), default: 0] += 1 }
    return parameters.files
  }
  func run(_ context: StageContext) throws {}
}

@Suite struct LocationBookTests {
  private let folder: TemporaryFolder
  private let catalogue = Catalogue([StageDescriptor(Programs.self)])
  private let cache: ActionCache

  init() throws {
    folder = try TemporaryFolder()
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder.path("store"))))
  }

  private var root: String { folder.path }

  private func write(_ names: [String]) throws {
    for name in names { try folder.write(name, name) }
  }

  private func pipeline(_ stages: [String: [String]]) throws -> Pipeline {
    let text = JSONCanonicalForm.text(of: [
      "assay": 1, "name": "p",
      "stages": .object(
        JSONObject(
          stages.sorted { $0.key < $1.key }.map { name, files in
            (name, ["uses": "programs", "with": ["files": files.json]])
          })),
    ])
    return try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: catalogue)
  }

  private func book(_ pipeline: Pipeline, threads: Int = 2) throws -> LocationBook {
    try LocationBook.read(
      for: Array(pipeline.cells.indices), of: pipeline, catalogue: catalogue,
      index: FileIndex(path: root + "/index"), objects: cache.objects, threads: threads)
  }

  /// Programs with the same name are numbered; the numbers must not change, since names enter keys.
  @Test func programsWithTheSameNameAreNumbered() throws {
    let names = ["a/x", "b/x", "c/x", "d/x#2", "e/y", "f/y#9", "g/y", "h/x", "i/x#2"]
    try write(names)
    let pipeline = try pipeline(["s": names.map { root + "/" + $0 }])
    let code = try book(pipeline).code(of: pipeline.cells[0])
    var expected: [String: Digest] = [:]
    for name in names {
      let base = String(name.dropFirst(2))
      let taken = expected.keys.count { $0 == base || $0.hasPrefix(base + "#") }
      expected[taken == 0 ? base : "\(base)#\(taken + 1)"] = Digest.of(name)
    }
    #expect(code == expected)
    #expect(code["x"] == Digest.of("a/x") && code["x#2"] != nil && code["y#9"] != nil)
  }

  /// A run looks for the programs of each stage once, however many stages there are.
  @Test(arguments: [50, 200]) func codeFilesAreRequestedOncePerStage(_ count: Int) throws {
    let names = (0..<count).map { "\(count)/program-\($0)" }
    try write(names)
    let stages = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ("s\($0)", [root + "/" + $1]) })
    let pipeline = try pipeline(stages)
    var board = PlanBoard(
      pipeline: pipeline, targets: Array(pipeline.cells.indices), forced: [],
      catalogue: catalogue, cache: cache, locations: try book(pipeline), threads: 2)
    try board.decideAll()
    let asked = Programs.asked.withLock { $0 }
    #expect(stages.values.allSatisfy { asked[$0[0]] == 1 })
    #expect(board.keys.count { $0 != nil } == count)
  }

  @Test func unreadLocationIsRefused() throws {
    let pipeline = try pipeline(["s": []])
    let book = try book(pipeline)
    #expect(try book.code(of: pipeline.cells[0]).isEmpty)
    #expect(throws: RunError.self) { try book.content("nowhere", of: "s", "root") }
  }
}
