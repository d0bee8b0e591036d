import Classifiers
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct EnsembleModelTests {
  private let bench: ClassifyBench
  private let image: Image
  private let other: Image
  private let networks: [InputArtifact]

  init() throws {
    let bench = try ClassifyBench()
    self.bench = bench
    let images = try ImageSet(bench.images)
    (image, other) = (try images.image(0), try images.image(1))
    networks = try [UInt64(3), 4].map { try bench.network(seed: $0) }
  }

  private func combined(_ rule: String) throws -> InputArtifact {
    let predictions = try networks.map { try bench.evaluate($0)["predictions"] }
    return try bench.harness.run(
      "ensemble", ["rule": .string(rule)],
      inputs: ["predictions": predictions, "model": networks])["model"]
  }

  @Test func logitsFollowTheRule() throws {
    let model = try ImageModels.load(try combined("mean"), threads: 2)
    let members = try networks.map { try ImageModels.load($0, threads: 1).logits(of: [image]) }
    #expect(
      try model.logits(of: [image]) == EnsembleRule(.mean, weights: [1, 1]).logits(members))
    #expect(model.classes == bench.classes && model.size == 16)
    #expect(try model.logits(of: []).isEmpty)
  }

  @Test func gradCAMIsThatOfEachMember() throws {
    let model = try ImageModels.load(try combined("vote"), threads: 1)
    let maps = try model.gradCAMs(image, class: 2, at: nil)
    #expect(maps.map(\.part) == ["1-cnn", "2-cnn"])
    for (map, network) in zip(maps, networks) {
      let own = try TrainedModel.load(network, threads: 1).gradCAM(image, class: 2)
      #expect(map.map == own.map && map.width == own.width)
    }
    #expect(model.gradients == nil)
    let alone = try model.layerMaps(image, class: nil, at: nil)
    #expect(alone.map(\.part) == maps.map(\.part))
    #expect(alone.allSatisfy { $0.maps.gradients.isEmpty && !$0.maps.activations.isEmpty })
  }

  @Test("gradients are complete", arguments: ["mean", "stack"])
  func gradientsAreComplete(rule: String) throws {
    guard rule != "stack" || Classifiers.isAvailable else { return }
    let gradients = try #require(
      try ImageModels.load(try combined(rule), threads: 2).gradients)
    for label in 0..<3 { try expectCompleteness(gradients, of: image, from: other, class: label) }
  }

  // MARK: Damage

  private func failure(
    _ files: [(path: String, bytes: [UInt8])], _ name: String = "damaged"
  ) throws -> String {
    let damaged = try bench.harness.artifact(name, files)
    let error = #expect(throws: StageError.self) { try ImageModels.load(damaged, threads: 1) }
    return error?.description ?? ""
  }

  private func card(_ members: [String], _ more: JSONObject = [:]) -> [UInt8] {
    var object: JSONObject = [
      "kind": "ensemble", "classes": bench.classes.json, "size": 16, "rule": "mean",
      "weights": .array(members.map { _ in 1 }), "members": members.json,
    ]
    for member in more.members { object[member.name] = member.value }
    return Array(JSONPrettyForm.text(of: .object(object)).utf8)
  }

  private func network(in folder: String) throws -> [(path: String, bytes: [UInt8])] {
    try bench.networkFiles(seed: 3).map { ("\(folder)/\($0.path)", $0.bytes) }
  }

  @Test func damagedCardsAreReported() throws {
    let good = try network(in: "m")
    #expect(throws: Never.self) {
      try ImageModels.load(
        bench.harness.artifact("good", good + [(ModelCard.file, card(["m"]))]), threads: 1)
    }
    for (index, (members, more, reason))
      in ([
        (["../m"], [:], "not the relative path"), (["/m"], [:], "not the relative path"),
        (["m/../m"], [:], "not the relative path"), ([""], [:], "not the relative path"),
        ([], [:], "list of 1 to 1000 folders"), (["m", "m"], [:], "one folder twice"),
        (["n"], [:], "no model.json"), (["m"], ["rule": "best"], "'rule' must be one of"),
        (["m"], ["weights": [1, 2]], "'weights'"), (["m"], ["weights": [-1]], "'weights'"),
        (["m"], ["weights": [0]], "'weights'"), (["m"], ["weights": ["a"]], "'weights'"),
        (["m"], ["members": [1]], "not the relative path"),
        (["m"], ["size": 17], "the size of 'm'"),
        (["m"], ["classes": ["a", "b"]], "the classes or the size of 'm'"),
        (["m"], ["rule": "stack"], "'stack' names no method"),
        (
          ["m"], ["rule": "stack", "stack": ["method": "logistic", "folder": "../s"]],
          "not the relative path"
        ),
        (
          ["m"], ["rule": "stack", "stack": ["method": "logistic", "folder": "s"]], "has no s/"
        ),
      ] as [([String], JSONObject, String)]).enumerated()
    {
      let found = try failure(good + [(ModelCard.file, card(members, more))], "damaged-\(index)")
      #expect(found.contains(reason), "\(members) \(more): \(found)")
    }
  }

  /// Cards within cards, a network within the last: the deepest that is read, and one more.
  @Test func recursionIsBounded() throws {
    func nested(_ depth: Int) throws -> [(path: String, bytes: [UInt8])] {
      var folder = ""
      var files: [(path: String, bytes: [UInt8])] = []
      for _ in 0..<depth {
        files.append((folder + ModelCard.file, card(["m"])))
        folder += "m/"
      }
      return files + (try network(in: String(folder.dropLast())))
    }
    let deepest = try bench.harness.artifact("deep", try nested(ImageModels.deepest - 1))
    #expect(try ImageModels.load(deepest, threads: 1).logits(of: [image])[0].count == 3)
    let found = try failure(try nested(ImageModels.deepest), "deeper")
    #expect(found.contains("more than \(ImageModels.deepest) models"))
  }
}
