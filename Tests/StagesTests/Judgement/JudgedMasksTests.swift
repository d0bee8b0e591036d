import PipelineDSL
import Testing

@testable import Stages

@Suite struct JudgedMasksTests {
  private let scene: JudgementScene
  private let quick: JSONObject = ["measures": ["localisation"], "methods": ["grad-cam"]]

  init() throws { scene = try JudgementScene() }

  private func problem(_ masks: InputArtifact, folder: String? = nil) throws -> StageError {
    try #require(
      throws: StageError.self
    ) { try scene.judge(quick, masks: masks, folder: folder) }
  }

  @Test("three regions give shares of nucleus, cytoplasm and background")
  func threeRegions() throws {
    let outcome = try scene.judge(quick, masks: try scene.masks(of: Array(0..<6)))
    let metrics = outcome.metrics
    #expect(metrics["grad-cam/pointing-game"] == 1)
    let shares = ["nucleus-share", "cytoplasm-share", "background-share"].compactMap {
      metrics["grad-cam/\($0)"]
    }
    #expect(shares.count == 3 && isNear(shares.reduce(0, +), 1, 1e-9))
    #expect(isNear((metrics["grad-cam/cell-share"] ?? 0) + shares[2], 1, 1e-9))
    #expect(shares[0] > 0.4)
    #expect(metrics["masks/missing"] == 0)
    // A random map finds the share of the image that the nucleus covers.
    #expect(isNear(metrics["random/nucleus-share"] ?? 1, 16.0 / 256, 0.05))
  }

  @Test("a folder of nuclei gives no cytoplasm")
  func folder() throws {
    let folder = try scene.scene.masks(of: [0, 1, 2, 5])
    let outcome = try scene.judge(quick, folder: folder)
    #expect(outcome.metrics["grad-cam/pointing-game"] == 1)
    #expect(outcome.metrics["grad-cam/cell-share"] == nil)
    #expect(outcome.metrics["masks/missing"] == 2)
    #expect(
      outcome.events.warnings.contains("2 of 6 explained images have no mask: not localised"))
  }

  @Test("masks of another size, with other values or from two places are refused")
  func badMasks() throws {
    #expect(
      try problem(scene.masks(of: [0], size: 8)).reason
        == "the masks are 8 x 8, but the images 16 x 16")
    let values = try problem(scene.masks(of: [0], extra: 3, name: "values"))
    #expect(values.reason.hasSuffix("has values other than 0, 1 and 2") && values.hint != nil)
    let both = try problem(
      scene.masks(of: [0], name: "both"), folder: try scene.scene.masks(of: [0]))
    #expect(both.reason == "'masks' is set, and masks are connected to the input 'masks'")
  }
}
