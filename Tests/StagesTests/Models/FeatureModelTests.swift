import Classifiers
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite(.enabled(if: Classifiers.isAvailable)) struct FeatureModelTests {
  private let bench: ClassifyBench
  private let image: Image
  private let other: Image

  init() throws {
    bench = try ClassifyBench()
    let images = try ImageSet(bench.images)
    (image, other) = (try images.image(0), try images.image(1))
  }

  private func model(_ method: String, fused: Bool) throws -> InputArtifact {
    // Little regularisation would push probabilities to their limits, where they have no gradient.
    var with: JSONObject = ["method": .string(method), "components": 3]
    if method != "xgboost" { with["c"] = 0.1 }
    return try bench.classify(with, features: try bench.features(fused: fused))["model"]
  }

  @Test("Grad-CAM goes through each network", arguments: ["logistic", "xgboost"], [false, true])
  func gradCAMOfEveryNetwork(method: String, fused: Bool) throws {
    let loaded = try FeatureModel(try model(method, fused: fused), threads: 2)
    let maps = try loaded.gradCAMs(image, class: 1, at: nil)
    #expect(maps.count == 2 && Set(maps.map(\.part)).count == 2)
    for map in maps {
      #expect(map.map.count == map.width * map.height)
      #expect(map.map.allSatisfy { $0 >= 0 && $0.isFinite })
    }
    #expect((loaded.gradients == nil) == (method == "xgboost"))
  }

  /// Attributions add up to the change of the logit only if the gradient is that of the logit.
  @Test("gradients are complete", arguments: [false, true])
  func gradientsAreComplete(fused: Bool) throws {
    let loaded = try FeatureModel(try model("logistic", fused: fused), threads: 2)
    let gradients = try #require(loaded.gradients)
    for label in 0..<3 {
      try expectCompleteness(gradients, of: image, from: other, class: label)
    }
    let own = try loaded.logits(of: [image])[0]
    let again = try gradients.logits(gradients.input(image))[0]
    #expect(isNear(own.map { Double($0) }, again.map { Double($0) }, 1e-2))
  }

  @Test func imagesOfAnotherSizeAreRefused() throws {
    let loaded = try FeatureModel(try model("logistic", fused: false), threads: 1)
    #expect(throws: (any Error).self) { try loaded.logits(of: [Image(width: 17, height: 16)]) }
    #expect(throws: (any Error).self) { try loaded.gradients?.input(Image(width: 9, height: 9)) }
    #expect(try loaded.logits(of: []).isEmpty)
  }

  // MARK: Damage

  private func failure(
    _ artifact: InputArtifact, _ edit: (inout JSONObject) -> Void
  ) throws -> String {
    guard var object = try ModelFacts.json(of: artifact).object else { throw StageError("card") }
    edit(&object)
    let files = try artifact.files.keys.sorted().map { name in
      let bytes =
        name == ModelCard.file
        ? Array(JSONPrettyForm.text(of: .object(object)).utf8) : try artifact.bytes(name)
      return (path: name, bytes: bytes)
    }
    let damaged = try bench.harness.artifact("damaged", files)
    let error = #expect(throws: StageError.self) { try ImageModels.load(damaged, threads: 1) }
    return error?.description ?? ""
  }

  @Test func damagedCardsAreReported() throws {
    let artifact = try model("logistic", fused: true)
    let classifier = try #require(try ModelFacts.json(of: artifact)["classifier"]?.object)
    func replaced(_ name: String, _ value: JSONValue?) -> JSONValue {
      var object = classifier
      object[name] = value
      return .object(object)
    }
    for (member, value, reason) in [
      ("kind", "forest", "kind"), ("classes", ["a"], "inconsistent"),
      ("classes", ["a", "a", "b"], "inconsistent"), ("classes", ["a", "b"], "logits"),
      ("size", 0, "inconsistent"), ("size", 18, "size is 18"), ("size", nil, "'classes' or 'size'"),
      ("preparation", 3, "preparation"), ("features", nil, "'features' is missing"),
      ("features", [:], "parts"), ("classifier", nil, "names no method"),
      ("classifier", replaced("method", "oracle"), "names no method"),
      ("classifier", replaced("method", "svm"), "has no classifier/"),
      ("classifier", replaced("folder", "../classifier"), "not the relative path"),
      ("classifier", replaced("folder", "/etc"), "not the relative path"),
      ("classifier", replaced("folder", "other"), "has no other/"),
      ("classifier", replaced("transform", nil), "it takes 3 numbers"),
    ] as [(String, JSONValue?, String)] {
      let found = try failure(artifact) { $0[member] = value }
      #expect(found.contains(reason), "\(member): \(found)")
      #expect(found.contains("'damaged'"), "\(found)")
    }
  }

  @Test func missingAndDamagedFilesAreReported() throws {
    let artifact = try model("xgboost", fused: true)
    for name in artifact.files.keys.sorted() where name != ModelCard.file {
      for isMissing in [true, false] {
        let files = try artifact.files.keys.sorted().filter { $0 != name || !isMissing }.map {
          (path: $0, bytes: $0 == name ? [1, 2, 3] : try artifact.bytes($0))
        }
        let damaged = try bench.harness.artifact("damaged-\(isMissing)-\(name.hashValue)", files)
        #expect(throws: StageError.self, "\(name)") {
          try ImageModels.load(damaged, threads: 1)
        }
      }
    }
  }
}

/// Expects that the attributions of integrated gradients, from another image, sum to the change of
/// the logit.
func expectCompleteness(
  _ model: ImageGradients, of image: Image, from other: Image, class label: Int,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let input = try model.input(image)
  let baseline = try model.input(other)
  let attributions = try IntegratedGradients(steps: 1000).attributions(
    of: input, from: baseline, gradients: { try model.gradients($0, label) })
  let ends = try model.logits(input + baseline).map { Double($0[label]) }
  let (sum, change) = (attributions.reduce(0, +), ends[0] - ends[1])
  #expect(
    abs(sum - change) < 0.05 * abs(change) + 0.02, "\(sum) instead of \(change)",
    sourceLocation: sourceLocation)
}
