import PipelineDSL
import Store
import Testing

@testable import Reports

struct StageSettingsTests {
  /// A kind with two defaults.
  struct Train: StageKind {
    struct Parameters: StageParameters {
      var rate = 0.001
      var batch = 32
      var backbone = "cnn"
      static let fields: [ParameterField<Self>] = [
        .init("rate", \.rate, "learning rate"), .init("batch", \.batch, "images in a batch"),
        .init("backbone", \.backbone, "network"),
      ]
    }
    static let (name, revision, summary) = ("train", 1, "Trains a network.")
    static let (source, ports) = ("Assay", Ports(outputs: []))
    init(_ parameters: Parameters) {}
    func run(_ context: StageContext) throws {}
  }

  private func settings(
    _ cells: [SampleStore.CellPlan], written: JSONObject? = nil
  ) throws -> StageSettings {
    let store = try SampleStore()
    let context = try store.context(cells)
    let resolved = EffectiveParameters(context.facts, store.cache)
    return StageSettings(
      resolved.stages.first, kind: StageDescriptor(Train.self), written: written)
  }

  private func cell(_ backbone: String) -> SampleStore.CellPlan {
    var cell = SampleStore.CellPlan("model@backbone=\(backbone)", "train")
    cell.parameters = ["batch": 32, "rate": 0.01, "backbone": .string(backbone)]
    return cell
  }

  @Test func separatesWhatDiffersFromItsDefault() throws {
    let settings = try settings([cell("cnn"), cell("vgg16")])
    #expect(!settings.isAsWritten)
    #expect(settings.changed.map(\.name) == ["rate", "backbone"])
    #expect(settings.changed.map(\.values) == [[0.01], ["cnn", "vgg16"]])
    #expect(settings.changed[0].initial == 0.001)
    #expect(settings.unchanged.map(\.name) == ["batch"])
    #expect(settings.unchanged[0].help == "images in a batch")
  }

  @Test func aFailedCellHasWhatThePipelineFileGives() throws {
    var failed = cell("cnn")
    failed.status = .failed
    let settings = try settings([failed], written: ["rate": "${rate}"])
    #expect(settings.isAsWritten)
    #expect(settings.settings.map(\.name) == ["rate"])
  }
}
