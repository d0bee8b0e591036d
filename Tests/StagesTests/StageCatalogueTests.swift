import PipelineDSL
import Testing

@testable import Stages

@Suite struct StageCatalogueTests {
  @Test(arguments: StageCatalogue.all.kinds.map(\.name))
  func everyKindIsDocumented(name: String) throws {
    let kind = try #require(StageCatalogue.all[name])
    #expect(kind.revision >= 1)
    #expect(kind.summary.hasSuffix(".") && kind.summary.count <= 100)
    #expect(!kind.source.isEmpty)
    #expect(!kind.ports.outputs.isEmpty)
    #expect(kind.ports.outputs.count { !$0.side } >= 1)
    for parameter in kind.parameters {
      #expect(!parameter.help.isEmpty && !parameter.help.contains("\n"))
      #expect(parameter.name.allSatisfy { $0.isLowercase || $0 == "-" })
    }
    for port in kind.ports.inputs { #expect(!port.help.isEmpty) }
    for port in kind.ports.outputs { #expect(!port.help.isEmpty) }
  }

  @Test(arguments: [
    "augment", "crop-normalise", "harmonise-labels", "ingest/bloodmnist", "ingest/c-nmc",
    "ingest/five-class", "ingest/image-folder", "ingest/pbc", "split",
  ])
  func containsTheKindsForData(name: String) {
    #expect(StageCatalogue.all[name] != nil)
  }

  /// Keys include the seed of kinds that draw, and codec versions of kinds that decode or encode.
  @Test func declaresWhatIsInKeys() {
    let drawing = StageCatalogue.all.kinds.filter(\.draws).map(\.name)
    #expect(drawing.contains("split") && drawing.contains("augment"))
    for name in ["ingest/pbc", "crop-normalise", "augment", "split"] {
      #expect(StageCatalogue.all[name]?.libraries().isEmpty == false)
    }
    #expect(StageCatalogue.all["compare"]?.libraries().isEmpty == true)
  }
}
