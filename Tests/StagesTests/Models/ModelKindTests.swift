import PipelineDSL
import Testing

@testable import Stages

@Suite struct ModelKindTests {
  private let bench: FeatureBench

  init() throws { bench = try FeatureBench(count: 15) }

  @Test("a card of kind network, or of none, is a single network")
  func networksLoad() throws {
    let image = try ImageSet(bench.images).image(0)
    let plain = try ImageModels.load(try bench.model(3), threads: 1)
    let named = try ImageModels.load(try bench.model(3, kind: "network"), threads: 1)
    #expect(plain is TrainedModel && plain.classes == FeatureBench.classes && plain.size == 16)
    #expect(try plain.logits(of: [image]) == named.logits(of: [image]))
    let gradients = try #require(plain.gradients)
    let input = try gradients.input(image)
    #expect(try gradients.logits(input + input)[1] == plain.logits(of: [image])[0])
    #expect(try gradients.gradients(input, 0).count == input.count)
  }

  @Test("a card of another kind is not that of a network")
  func otherKindsAreNoNetworks() throws {
    for kind in ["features", "ensemble"] {
      let failure = #expect(throws: StageError.self) {
        try ModelCard(try bench.model(3, kind: kind))
      }
      #expect(
        failure?.reason.hasSuffix(
          "the model is of kind '\(kind)', where a single network is needed") == true)
    }
  }

  @Test("an unknown kind is an error that lists the known ones")
  func unknownKindsAreReported() throws {
    let failure = #expect(throws: StageError.self) {
      try ImageModels.load(try bench.model(3, kind: "forest"), threads: 1)
    }
    #expect(
      failure?.reason.hasSuffix(
        "its kind is \"forest\"; the kinds of models are network, features, ensemble, "
          + "calibrated, conformal") == true)
  }

  @Test("training starts only from a single network")
  func trainingStartsFromNetworks() throws {
    let failure = #expect(throws: StageError.self) {
      try bench.training.train(
        [
          "images": [bench.images], "split": [bench.split],
          "start": [try bench.model(3, kind: "ensemble")],
        ], state: bench.training.state("start"))
    }
    #expect(
      failure?.description
        == "'start' is a model of kind 'ensemble'; training starts from a single network; "
        + "let 'start' be a model of 'fine-tune'")
  }

  @Test("a card of no classes is read only where features are enough")
  func headlessCardsAreForFeatures() throws {
    let text = String(decoding: try bench.model(3).bytes(ModelCard.file), as: UTF8.self)
    let headless = text.replacing(#"["blue", "green", "red"]"#, with: "[]")
    let artifact = try bench.harness.artifact(
      "headless", [(ModelCard.file, Array(headless.utf8))])
    #expect(throws: StageError.self) { try ModelCard(artifact) }
    #expect(try !ModelCard(artifact, mayLackHead: true).hasHead)
    let wrong = try bench.harness.artifact(
      "wrong", [(ModelCard.file, Array(headless.replacing("[]", with: "[1]").utf8))])
    #expect(throws: StageError.self) { try ModelCard(wrong, mayLackHead: true) }
  }

  @Test("a folder of an artifact is read like an artifact, and verified like one")
  func foldersAreArtifacts() throws {
    let whole = try bench.extracted(3)["features"]
    let network = whole.folder("networks/1")
    #expect(network.files.keys.sorted() == [ModelCard.file, ModelCard.tensorFile])
    #expect(try ModelCard(network).classes == FeatureBench.classes)
    let missing = #expect(throws: StageError.self) { try network.path("fusion.safetensors") }
    #expect(missing?.reason.contains("'extract-features/networks/1' has no fusion") == true)
    let checked = InputArtifact(digest: whole.digest, files: whole.files) {
      (name: String) throws(StageError) in
      if name == "networks/1/model.json" { throw StageError("damaged") }
    }
    #expect(throws: StageError.self) {
      try checked.folder("networks").folder("1").path(ModelCard.file)
    }
    #expect(try checked.folder("networks").folder("1").path(ModelCard.tensorFile) != "")
  }
}
