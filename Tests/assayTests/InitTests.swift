import Foundation
import PipelineDSL
import TestSupport
import Testing

/// `assay init`: what it writes is valid and runs.
@Suite struct InitTests {
  private let project: Project

  init() throws { project = try Project("{}") }

  private func pipeline(_ file: String) throws -> JSONValue {
    try JSONParser.parse(project.read(file))
  }

  @Test func syntheticProjectRunsAsTheOutputSays() throws {
    let ending = try project.assay("init", "study")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("wrote study/pipeline.json, study/pipeline.schema.json\n"))
    #expect(ending.output.contains("\n  cd study\n  assay check pipeline.json "))
    #expect(try pipeline("study/pipeline.json")["name"] == "study")
    let folder = project.path("study")
    let words = ["run", "pipeline.json", "--set", "epochs=1", "--set", "size=32"]
    let run = try SpawnedProgram(words, in: folder).wait()
    // One epoch may miss the check, which is the only failure allowed.
    #expect([0, 1].contains(run.exit) && !run.text.contains("failed  "), "\(run.text)")
    #expect(run.text.contains("done      look"), "\(run.text)")
  }

  @Test func ownClassFoldersGetAMapping() throws {
    for (kind, name) in ["granular", "smooth ${x}"].enumerated() {
      for number in 0..<2 {
        try TinyImages.write(
          kind: kind, number: number, to: project, at: "my data/\(name)/\(number).png")
      }
    }
    let ending = try project.assay("init", "a/study", "--data", "my data/")
    #expect(ending.exit == 0, "\(ending.text)")
    let written = try pipeline("a/study/pipeline.json")
    #expect(written["parameters"]?["data"] == "../../my data")
    #expect(written["stages"]?["images"]?["with"]?["root"] == "${data}")
    let labels = written["stages"]?["labels"]?["with"]
    #expect(labels?["scheme"] == "custom")
    #expect(labels?["mapping"] == ["granular": "granular", "smooth ${x}": "smooth $${x}"])
    let check = try SpawnedProgram(
      ["check", "pipeline.json"], in: project.path("a/study")
    ).wait()
    #expect(check.exit == 0, "\(check.text)")
  }

  @Test func knownSetsGetTheSchemeThatHasMostLabelsForThem() throws {
    let data = try project.assay(
      "synthesise", "data", "--sources", "fab,taleqani,pbc", "--images", "60")
    #expect(data.exit == 0, "\(data.text)")
    let ending = try project.assay("init", "study", "--data", "data")
    #expect(ending.exit == 0, "\(ending.text)")
    let written = try pipeline("study/pipeline.json")
    #expect(written["stages"]?["labels"]?["with"]?["scheme"] == "binary")
    #expect(written["stages"]?["fab"]?["with"]?["root"] == "${data}/FAB")
    #expect(try project.assay("check", "study/pipeline.json").exit == 0)
  }

  @Test func folderWithAnyNameGivesAValidPipeline() throws {
    try TinyImages.write(to: project, perClass: 1)
    let ending = try project.assay("init", "a,b=c@\u{7}d \"x\"", "--data", "images")
    #expect(ending.exit == 0, "\(ending.text)")
    let file = "a,b=c@\u{7}d \"x\"/pipeline.json"
    #expect(try pipeline(file)["name"] == "a-b-c-d \"x\"")
    #expect(try project.assay("check", file).exit == 0)
  }

  @Test func nothingIsOverwritten() throws {
    try project.write("mine", to: "study/pipeline.json")
    let ending = try project.assay("init", "study")
    #expect(ending.exit == 1)
    #expect(ending.errors.contains("study/pipeline.json exists already"), "\(ending.text)")
    #expect(try project.read("study/pipeline.json") == "mine")
    #expect(!project.exists("study/data"))
  }

  @Test func folderWithoutImagesIsRefused() throws {
    try project.write("text", to: "papers/a.txt")
    let ending = try project.assay("init", "study", "--data", "papers")
    #expect(ending.exit == 1)
    #expect(ending.errors.contains("assay doctor --data papers"), "\(ending.text)")
    #expect(!project.exists("study"))
  }
}
