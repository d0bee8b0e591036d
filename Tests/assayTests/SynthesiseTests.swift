import TestSupport
import Testing

/// How `assay synthesise` handles a list of sources and a number of images.
@Suite struct SynthesiseTests {
  private let project: Project

  init() throws { project = try Project("{}") }

  @Test(arguments: [
    ("", "100", "--sources: no source ''"),
    ("raabn", "100", "--sources: no source 'raabn'; did you mean 'raabin'?"),
    ("fab,,raabin", "100", "--sources: no source ''"),
    ("fab,raabin", "1", "--images 1 leaves none for fab, raabin; use a larger number"),
    (
      "demo", "3",
      "--images 3 leaves none for c-nmc, pbc, bloodmnist, image-folder; use a larger number"
    ),
  ])
  func impossibleRequestsAreReported(sources: String, images: String, problem: String) throws {
    let ending = try project.assay(
      "synthesise", "data", "--sources", sources, "--images", images)
    #expect(ending.exit == 2)
    #expect(ending.errors.contains(problem), "\(ending.text)")
    #expect(!project.exists("data"))
  }

  @Test(arguments: [
    (
      "stain-shortcat",
      "--plant: no kind 'stain-shortcat'; did you mean 'stain-shortcut'?; the kinds are"
    ),
    ("outlier:hihg", "--plant: no strength 'hihg'; did you mean 'high'?; the strengths are low"),
    ("outlier:", "--plant: no strength ''; the strengths are low, medium, high"),
    ("same-cell", "--plant names 'same-cell' twice"),
  ])
  func impossiblePlantsAreReported(plant: String, problem: String) throws {
    let ending = try project.assay(
      "synthesise", "data", "--plant", "same-cell:low", "--plant", plant)
    #expect(ending.exit == 2)
    #expect(ending.errors.contains(problem), "\(ending.text)")
    #expect(!project.exists("data"))
  }

  @Test func plantsNeedTheirSource() throws {
    let ending = try project.assay(
      "synthesise", "data", "--plant", "outlier", "--sources", "fab", "--images", "9")
    #expect(ending.exit == 2)
    #expect(
      ending.errors.contains("--plant needs the source 'shortcut': add it to --sources"),
      "\(ending.text)")
  }

  @Test func plantsAreTold() throws {
    let ending = try project.assay(
      "synthesise", "data", "--plant", "same-cell:high", "--plant", "outlier", "--images", "30")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(
      ending.output.contains("planted outlier:medium, same-cell:high; data/planted.csv lists"))
    #expect(project.exists("data/shortcut/manifest.csv") && project.exists("data/planted.csv"))
  }

  @Test func acceptsAListWithBlanksAndRepetitions() throws {
    let ending = try project.assay(
      "synthesise", "data", "--sources", "fab, bloodmnist,fab", "--images", "20")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("data/FAB: 10 images (L1 4, L2 3, L3 3)"))
    #expect(ending.output.contains("data/BloodMNIST: 10 images"))
    #expect(
      project.exists("data/FAB/L3/L3_003.jpg") && !project.exists("data/PBC_dataset_normal_DIB"))
  }
}
