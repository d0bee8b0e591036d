import Testing

@testable import PipelineDSL

/// What may differ between two versions of a kind.
protocol Variant {
  static var name: String { get }
  static var revision: Int { get }
  static var libraries: [String: String] { get }
  static var draws: Bool { get }
  static var words: String { get }
  static var opensOriginals: Bool { get }
}

extension Variant {
  static var name: String { "keyed" }
  static var revision: Int { 1 }
  static var libraries: [String: String] { ["blas": "1"] }
  static var draws: Bool { true }
  static var words: String { "Does nothing." }
  static var opensOriginals: Bool { false }
}

enum Plain: Variant {}
enum Renamed: Variant { static let name = "keyed-anew" }
enum Revised: Variant { static let revision = 2 }
enum Relinked: Variant { static let libraries = ["blas": "2"] }
enum Drawless: Variant { static let draws = false }
enum Reworded: Variant { static let words = "Does nothing, slowly." }
enum Opening: Variant { static let opensOriginals = true }

struct Keyed<V: Variant>: StageKind {
  static var name: String { V.name }
  static var revision: Int { V.revision }
  static var summary: String { V.words }
  static var source: String { V.words }
  static var draws: Bool { V.draws }
  static var libraries: [String: String] { V.libraries }
  static var opensOriginals: Bool { V.opensOriginals }
  static var ports: Ports { Ports(outputs: [OutputPort("out", .files, V.words)]) }
  init(_ parameters: Program.Parameters) {}
  func run(_ context: StageContext) throws {}
}

@Suite struct StageKeyTests {
  /// Everything that a key could depend on.
  private struct Model {
    var index = 3
    var stage = "model"
    var name = "model@backbone=cnn"
    var coordinates: JSONObject = ["backbone": "cnn"]
    var kindName = "keyed"
    var parameters: JSONObject = ["size": 224, "names": ["a", "b"]]
    var locations = ["root": "/data"]
    var seed: Int? = 17
    var ports = Ports(
      inputs: [InputPort("images", .images, .one, "help")],
      outputs: [OutputPort("model", .model, "help")])
    var inputs = [
      CellInput(port: "images", cell: 1, output: "images", type: .images, coordinates: [:])
    ]
    var resources = Resources(cpus: 1)
    var checks = [MetricCheck(metric: "m", relation: .atLeast, threshold: 1)]
    var references = [MetricReference(metric: "m", value: 1, source: "s", when: [:])]
    var kind = StageDescriptor(Keyed<Plain>.self)
    var content = StageKey.Content(
      inputs: [
        "images": [(Digest.of("i"), [:])],
        "metrics": [(Digest.of("m"), ["fold": 1]), (Digest.of("n"), ["fold": 2])],
      ], locations: ["root": Digest.of("root")], code: ["run.py": Digest.of("code")])

    var cell: Cell {
      Cell(
        index: index, stage: stage, name: name, coordinates: coordinates, kind: kindName,
        parameters: parameters, locations: locations, seed: seed, ports: ports, inputs: inputs,
        resources: resources, checks: checks, references: references)
    }

    var key: StageKey { StageKey(cell: cell, kind: kind, content: content) }
  }

  private typealias Change = (field: String, apply: (inout Model) -> Void)

  private let inTheKey: [Change] = [
    ("cell.parameters", { $0.parameters["size"] = 225 }),
    ("cell.parameters", { $0.parameters["size"] = "224" }),
    ("cell.parameters", { $0.parameters["size"] = nil }),
    ("cell.parameters", { $0.parameters["more"] = .null }),
    ("cell.parameters", { $0.parameters["names"] = ["b", "a"] }),
    ("cell.seed", { $0.seed = 18 }),
    ("cell.ports", { $0.ports.outputs.append(OutputPort("sheet", .files, side: true, "")) }),
    ("cell.ports", { $0.ports.outputs = [OutputPort("model", .files, "help")] }),
    ("kind.name", { $0.kind = StageDescriptor(Keyed<Renamed>.self) }),
    ("kind.revision", { $0.kind = StageDescriptor(Keyed<Revised>.self) }),
    ("kind.libraries", { $0.kind = StageDescriptor(Keyed<Relinked>.self) }),
    ("kind.draws", { $0.kind = StageDescriptor(Keyed<Drawless>.self) }),
    ("content.inputs", { $0.content.inputs["images"] = [(Digest.of("j"), [:])] }),
    ("content.inputs", { $0.content.inputs["images"] = nil }),
    (
      "content.inputs",
      { $0.content.inputs["masks"] = $0.content.inputs.removeValue(forKey: "images") }
    ),
    ("content.inputs", { $0.content.inputs["images"] = [(Digest.of("i"), ["fold": 1])] }),
    ("content.inputs", { $0.content.inputs["metrics"]?[0].coordinates = ["fold": 3] }),
    ("content.inputs", { $0.content.inputs["metrics"]?[0].coordinates = ["part": 1] }),
    ("content.inputs", { $0.content.inputs["metrics"]?.reverse() }),
    ("content.inputs", { $0.content.inputs["metrics"]?.removeLast() }),
    ("content.locations", { $0.content.locations["root"] = Digest.of("other") }),
    ("content.locations", { $0.content.locations["more"] = Digest.of("root") }),
    ("content.locations", { $0.content.locations = [:] }),
    ("content.code", { $0.content.code["run.py"] = Digest.of("changed") }),
    ("content.code", { $0.content.code["lib.py"] = Digest.of("code") }),
    ("content.code", { $0.content.code = [:] }),
  ]

  private let notInTheKey: [Change] = [
    ("cell.index", { $0.index = 4 }),
    ("cell.stage", { $0.stage = "net" }),
    ("cell.name", { $0.name = "net@architecture=cnn" }),
    ("cell.coordinates", { $0.coordinates = ["architecture": "cnn", "fold": 3] }),
    // The descriptor provides the kind's name.
    ("cell.kind", { $0.kindName = "alias" }),
    ("cell.parameters", { $0.parameters = ["names": ["a", "b"], "size": 224.0] }),
    ("cell.locations", { $0.locations = ["root": "/mnt/elsewhere"] }),
    ("cell.ports", { $0.ports.inputs = [] }),
    ("cell.ports", { $0.ports.outputs = [OutputPort("model", .model, side: true, "other help")] }),
    (
      "cell.ports",
      { $0.ports.outputs = [OutputPort("model", .model, comparator: .ignore, "help")] }
    ),
    ("cell.inputs", { $0.inputs = [] }),
    ("cell.resources", { $0.resources = Resources(cpus: 8, memory: 1, time: 1) }),
    ("cell.checks", { $0.checks = [] }),
    ("cell.references", { $0.references = [] }),
    ("kind.summary", { $0.kind = StageDescriptor(Keyed<Reworded>.self) }),
    ("kind.source", { $0.kind = StageDescriptor(Keyed<Reworded>.self) }),
    ("kind.ports", { $0.kind = StageDescriptor(Keyed<Reworded>.self) }),
    ("kind.opensOriginals", { $0.kind = StageDescriptor(Keyed<Opening>.self) }),
    ("content.inputs", { $0.content.inputs["metrics"]?[0].coordinates = ["fold": 1.0] }),
  ]

  @Test func fieldsInTheKeyChangeIt() {
    let model = Model()
    var seen = [model.key.digest: "the model itself"]
    for (number, change) in inTheKey.enumerated() {
      var changed = model
      change.apply(&changed)
      let label = "\(change.field), change \(number)"
      #expect(changed.key != model.key, "\(label)")
      // No two changes produce the same key.
      let earlier = seen.updateValue(label, forKey: changed.key.digest)
      #expect(earlier == nil, "\(label)")
      #expect(
        !StageKey.differences(from: model.key.preimage, to: changed.key.preimage).isEmpty,
        "\(label)")
    }
  }

  @Test func otherFieldsDoNotChangeTheKey() {
    let model = Model()
    for (number, change) in notInTheKey.enumerated() {
      var changed = model
      change.apply(&changed)
      #expect(changed.key.digest == model.key.digest, "\(change.field), change \(number)")
      #expect(StageKey.differences(from: model.key.preimage, to: changed.key.preimage).isEmpty)
    }
    var drawless = model
    drawless.kind = StageDescriptor(Keyed<Drawless>.self)
    var other = drawless
    other.seed = 99
    #expect(drawless.key == other.key, "the seed of a kind that draws nothing")
  }

  /// A new field must be added to one of the lists.
  @Test func listsOfFieldsAreComplete() {
    func labels(_ prefix: String, _ value: Any) -> [String] {
      Mirror(reflecting: value).children.compactMap { $0.label.map { prefix + $0 } }
    }
    let model = Model()
    // `revision` stands for a kind's behaviour and its parameters' help.
    let doings: Set = [
      "kind.parameters", "kind.resolveParameters", "kind.listCodeFiles", "kind.runStage",
      "kind.declareWork", "kind.declareOutput", "kind.findSource",
    ]
    let fields =
      labels("cell.", model.cell) + labels("content.", model.content)
      + labels("kind.", model.kind).filter { !doings.contains($0) }
    let listed = Set((inTheKey + notInTheKey).map(\.field))
    #expect(listed == Set(fields))
    #expect(model.key.preimage["format"] == .integer(StageKey.format))
  }

  @Test func preimageIsFixed() {
    let hex = { (text: String) in Digest.of(text).hex }
    let expected: JSONValue = [
      "format": 1, "kind": "keyed", "revision": 1, "seed": 17,
      "parameters": ["size": 224, "names": ["a", "b"]],
      "inputs": [
        "images": [.string(hex("i"))],
        "metrics": [
          ["digest": .string(hex("m")), "at": ["fold": 1]],
          ["digest": .string(hex("n")), "at": ["fold": 2]],
        ],
      ],
      "locations": ["root": .string(hex("root"))], "code": ["run.py": .string(hex("code"))],
      "libraries": ["blas": "1"], "outputs": ["model:model"],
    ]
    let key = Model().key
    #expect(key.preimage == expected)
    #expect(key.digest == Digest.of(JSONCanonicalForm.bytes(of: expected)))
    #expect(StageKey(preimage: key.preimage) == key)
  }

  // MARK: From a file

  /// The keys of a stage's cells, with digests derived from upstream cells in place of content.
  private func keys(_ text: String, _ stage: String) throws -> [Digest] {
    let pipeline = try TestPipelines.resolve(text)
    return try pipeline.cells.filter { $0.stage == stage }.map { cell in
      let kind = try #require(TestKinds.all[cell.kind])
      var content = StageKey.Content()
      for input in cell.inputs {
        let giver = pipeline.cells[input.cell]
        content.inputs[input.port, default: []].append(
          (
            Digest.of(
              giver.kind + input.output + JSONCanonicalForm.text(of: .object(giver.parameters))),
            input.coordinates
          ))
      }
      return StageKey(cell: cell, kind: kind, content: content).digest
    }
  }

  @Test func editsWithoutEffectChangeNoKey() throws {
    let text = TestPipelines.fiveClass
    let edits = [
      ("\"five-class\",\n", "\"renamed\",\n"), ("Paper A, experiment D", "Nothing of note"),
      ("\"cells\"", "\"crops\""), ("\"backbone\":", "\"backbone\" :"), ("16 GiB", "8 GiB"),
      ("\"cpus\": 8", "\"cpus\": 2"), ("at-least\": 0.9", "at-most\": 0.1"),
      ("\"data\": \"data\"", "\"data\": \"/elsewhere\""), ("\"size\": 224", "\"size\": 2.24e2"),
      (
        "\"needs\": [\"model\", \"cells\", \"split\"],\n",
        "\"description\": \"d\", \"needs\": {\"model\": \"model\", \"images\": \"cells\", \"split\": \"split\"},\n"
      ),
    ]
    for (old, new) in edits {
      let edited = text.replacing(old, with: new)
      #expect(edited != text, "\(old)")
      for stage in ["c-nmc", "labels", "split", "augment", "model", "scores", "look"] {
        #expect(try keys(edited, stage) == keys(text, stage), "\(old) in \(stage)")
      }
    }
    // Renaming an axis renames its cells, which is visible only to stages that gather it.
    let renamed = text.replacing("augmentation", with: "policy-of-views")
    #expect(renamed != text)
    for stage in ["augment", "model", "scores", "look"] {
      #expect(try keys(renamed, stage) == keys(text, stage), "\(stage)")
    }
    #expect(try keys(renamed, "table") != keys(text, "table"))
  }

  @Test func cellsHaveDistinctKeysThatDependOnTheSeed() throws {
    let models = try keys(TestPipelines.fiveClass, "model")
    #expect(models.count == 27 && Set(models).count == 27)
    let changed = TestPipelines.fiveClass.replacing("\"seed\": 17", with: "\"seed\": 18")
    #expect(try Set(keys(changed, "model")).isDisjoint(with: models))
    #expect(try keys(changed, "scores") == keys(TestPipelines.fiveClass, "scores"))
  }

  // MARK: Differences

  @Test func differencesNameTheField() {
    let old: JSONValue = ["a": ["b/c": 1, "d": [1, 2], "e": [1]], "x": 1, "gone": .null]
    let new: JSONValue = ["a": ["b/c": 2, "d": [1, 3], "e": [1, 2]], "x": 1.0, "new": ["y": 1]]
    #expect(
      StageKey.differences(from: old, to: new) == [
        .init(pointer: "/a/b~1c", old: 1, new: 2), .init(pointer: "/a/d/1", old: 2, new: 3),
        .init(pointer: "/a/e", old: [1], new: [1, 2]),
        .init(pointer: "/gone", old: .null, new: nil),
        .init(pointer: "/new", old: nil, new: ["y": 1]),
      ])
    #expect(StageKey.differences(from: old, to: old).isEmpty)
    #expect(StageKey.differences(from: 1, to: [1]) == [.init(pointer: "", old: 1, new: [1])])
  }
}
