import PipelineDSL
import Testing

@Suite struct PipelineTests {
  @Test func fiveClassResolvesAsDesigned() throws {
    let pipeline = try TestPipelines.resolve(TestPipelines.fiveClass)
    #expect(pipeline.name == "five-class" && pipeline.axes == ["backbone", "augmentation"])
    #expect(pipeline.parameters == ["data": "data", "seed": 17, "size": 224])
    #expect(pipeline.text == Array(TestPipelines.fiveClass.utf8))

    // Axes propagate to the stages that refer to them and to those that need these, and no further.
    let counts = pipeline.stages.map { "\($0.name) \($0.axes.count) \($0.cells.count)" }
    #expect(
      counts == [
        "c-nmc 0 1", "pbc 0 1", "labels 0 1", "cells 0 1", "split 0 1", "augment 1 4",
        "model 2 27", "scores 2 27", "look 2 27", "table 0 1",
      ])
    #expect(pipeline.cell(named: "model@backbone=vgg16,augmentation=cutmix") == nil)

    // Cells are connected along the axes they share.
    let model = try #require(pipeline.cell(named: "model@backbone=vgg16,augmentation=mixup"))
    #expect(model.coordinates == ["backbone": "vgg16", "augmentation": "mixup"])
    #expect(model.parameters == ["backbone": "vgg16", "epochs": 10] && model.seed == 17)
    #expect(
      model.inputs.map { "\($0.port) \(pipeline.cells[$0.cell].name)" } == [
        "images cells", "split split", "views augment@augmentation=mixup",
      ])
    #expect(model.inputs.allSatisfy { $0.coordinates.isEmpty })
    #expect(model.resources == Resources(cpus: 8, memory: 16 << 30, time: 43200))

    // The table gathers all cells with their coordinates.
    let table = try #require(pipeline.cell(named: "table"))
    #expect(table.inputs.count == 27 && table.inputs.allSatisfy { $0.port == "metrics" })
    for input in table.inputs {
      #expect(input.coordinates == pipeline.cells[input.cell].coordinates)
    }
    #expect(pipeline.stage("table")?.gather == ["backbone", "augmentation"])

    // The path of a location is not a parameter.
    let source = try #require(pipeline.cell(named: "c-nmc"))
    #expect(source.parameters.isEmpty && source.locations == ["root": "data/C_NMC_Leukemia"])
    #expect(source.allParameters == ["root": "data/C_NMC_Leukemia"] && source.seed == nil)
    #expect(pipeline.stage("labels")?.needs == ["c-nmc", "pbc"])
  }

  @Test func cellsComeAfterThoseTheyNeed() throws {
    let pipeline = try TestPipelines.resolve(TestPipelines.fiveClass)
    for (index, cell) in pipeline.cells.enumerated() {
      #expect(cell.index == index && cell.inputs.allSatisfy { $0.cell < index })
      #expect(pipeline.stage(cell.stage)?.cells.contains(index) == true)
      #expect(pipeline.cell(named: cell.name)?.index == index)
    }
    #expect(pipeline.stage("nothing") == nil && pipeline.cell(named: "nothing") == nil)
  }

  @Test func closureContainsAllAncestors() throws {
    let pipeline = try TestPipelines.resolve(TestPipelines.fiveClass)
    let model = try #require(pipeline.cell(named: "model@backbone=cnn,augmentation=augmix"))
    let names = pipeline.closure(of: [model.index]).map { pipeline.cells[$0].name }
    #expect(
      names.sorted() == [
        "augment@augmentation=augmix", "c-nmc", "cells", "labels",
        "model@backbone=cnn,augmentation=augmix", "pbc", "split",
      ])
    #expect(pipeline.closure(of: []).isEmpty)
  }
}
