import PipelineDSL
import Testing

@testable import Stages

@Suite struct FeatureRecipeTests {
  private let text = """
    {"width": 8, "parts": [{"folder": "networks/1", "at": "pooled", "width": 64},
     {"folder": "networks/2", "at": "last-convolution", "width": 256}],
     "fusion": {"file": "fusion.safetensors", "hidden": [16, 8], "classes": ["a", "b"]}}
    """

  private func recipe(_ text: String) throws -> FeatureRecipe {
    try FeatureRecipe(JSONParser.parse(Array(text.utf8)))
  }

  @Test("a recipe reads back from its JSON")
  func readsBack() throws {
    let recipe = try recipe(text)
    #expect(recipe.width == 8 && recipe.joinedWidth == 320)
    #expect(try FeatureRecipe(recipe.json) == recipe)
    #expect(
      recipe.files == [
        "networks/1/model.json", "networks/1/model.safetensors", "networks/2/model.json",
        "networks/2/model.safetensors", "fusion.safetensors",
      ])
    let plain = FeatureRecipe(parts: recipe.parts)
    #expect(plain.width == 320 && plain.json["fusion"] == nil)
  }

  @Test(
    "damaged recipes are errors that name the member",
    arguments: [
      ("\"width\": 8", "\"width\": 9", "'width' is not 8"),
      ("networks/2", "../2", "parts/1: 'folder' is not a folder of the artifact"),
      ("networks/1", "/etc", "parts/0: 'folder'"),
      ("\"pooled\"", "\"pool\"", "'at' is not one of last-convolution, pooled, dense"),
      ("256", "0", "parts/1: 'width'"), ("256", "1e300", "parts/1: 'width'"),
      ("[16, 8]", "[]", "fusion: 'hidden'"), ("[16, 8]", "[16, \"8\"]", "fusion: 'hidden'"),
      ("fusion.safetensors", "a/../../b", "fusion: 'file'"),
      ("[\"a\", \"b\"]", "[\"a\", \"a\"]", "fusion: 'classes'"),
    ])
  func damageIsReported(_ old: String, _ new: String, _ reason: String) throws {
    let failure = #expect(throws: StageError.self) { try recipe(text.replacing(old, with: new)) }
    #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "")")
  }

  @Test("a recipe without networks is an error")
  func emptyRecipesAreRefused() {
    #expect(throws: StageError.self) { try recipe(#"{"width": 0, "parts": []}"#) }
    #expect(throws: StageError.self) { try recipe("[]") }
  }

  @Test("the files of a recipe are copied to the same paths")
  func copiesFiles() throws {
    let bench = try FeatureBench(count: 15)
    let artifact = try bench.extracted(5)["features"]
    let target = bench.harness.folder + "/copied"
    try FeatureSet(artifact).recipe.copyFiles(from: artifact, to: target)
    let copied = try StageHarness.snapshot(of: target).entries.map(\.path)
    #expect(copied == ["networks/1/model.json", "networks/1/model.safetensors"])
  }
}
