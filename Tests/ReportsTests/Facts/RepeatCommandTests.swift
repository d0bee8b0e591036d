import Testing

@testable import Reports

struct RepeatCommandTests {
  @Test func keepsTheFileAndWhatDecidesTheCell() {
    let command = RepeatCommand(
      "assay run Pipelines/demo.json scores --set 'label=a b' -S x=1 -j 2 --store=/s --fail-fast")
    #expect(
      command.text("model@backbone=vgg16")
        == "assay run Pipelines/demo.json model@backbone=vgg16 --set 'label=a b' -S x=1 --store=/s")
    #expect(
      command.text("a'b", isForced: true).hasPrefix(
        "assay run Pipelines/demo.json 'a'\\''b' --force --set"))
  }

  @Test func parametersAreNotThePipeline() {
    let command = RepeatCommand("assay run --parameters small.json demo.json")
    #expect(command.text("a") == "assay run demo.json a --parameters small.json")
    #expect(RepeatCommand("assay run").text("a") == "assay run FILE a")
  }
}
