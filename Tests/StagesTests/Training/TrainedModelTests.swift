import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct TrainedModelTests {
  private let bench: TrainingBench
  private let inputs: [String: [InputArtifact]]
  private let model: InputArtifact

  init() throws {
    bench = try TrainingBench()
    inputs = try bench.inputs()
    model = try bench.train(
      inputs, ["epochs": 10, "batch": 12, "learning-rate": 0.003], state: bench.state("model")
    ).model
  }

  @Test func classifiesImages() throws {
    let trained = try TrainedModel.load(model, threads: 2)
    #expect(trained.classes == ["blue", "green", "red"] && trained.size == 16)
    let images = try ImageSet(try #require(inputs["images"]?.first))
    let test = try SplitTable(try #require(inputs["split"]?.first)).indices(of: .test, in: images)
    let rows = try trained.probabilities(test.map(images.image))
    #expect(rows.count == 12)
    #expect(rows.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 && $0.count == 3 })
    let right = zip(test, rows).count { index, row in
      trained.classes[row.firstIndex(of: row.max() ?? 0) ?? 0] == images.samples[index].label
    }
    #expect(right >= 11)
    #expect(try TrainedModel.load(model, threads: 3).probabilities(test.map(images.image)) == rows)
    #expect(try trained.probabilities([]).isEmpty)
  }

  @Test func computesGradCAM() throws {
    let trained = try TrainedModel.load(model, threads: 1)
    let images = try ImageSet(try #require(inputs["images"]?.first))
    let label = try #require(trained.classes.firstIndex(of: images.samples[0].label))
    let found = try trained.gradCAM(images.image(0), class: label)
    #expect(found.width == 2 && found.height == 2 && found.map.count == 4)
    #expect(found.map.allSatisfy { $0 >= 0 } && found.map.contains { $0 > 0 })
  }

  @Test func refusesImagesOfAnotherSize() throws {
    let trained = try TrainedModel.load(model, threads: 1)
    let error = #expect(throws: StageError.self) {
      try trained.probabilities([Image(width: 17, height: 16)])
    }
    #expect(error?.reason.contains("17 x 16") == true)
    #expect(throws: StageError.self) {
      try trained.gradCAM(Image(width: 16, height: 16, channels: 1), class: 0)
    }
  }

  @Test func cardDescribesTheModel() throws {
    let text = String(decoding: try model.bytes(ModelCard.file), as: UTF8.self)
    for words in [
      #""architecture": "cnn""#, #""classes": ["blue", "green", "red"]"#, #""size": 16"#,
      #""mean": [0.5, 0.5, 0.5]"#, #""parameters": 114579"#,
    ] { #expect(text.contains(words), "\(words)") }
  }

  /// A model with one file replaced.
  private func damaged(_ file: String, _ bytes: [UInt8]) throws -> String {
    var files: [(path: String, bytes: [UInt8])] = []
    for name in [ModelCard.file, ModelCard.tensorFile] {
      files.append((name, name == file ? bytes : try model.bytes(name)))
    }
    let artifact = try bench.harness.artifact("damaged", files)
    let error = #expect(throws: StageError.self) { try TrainedModel.load(artifact, threads: 1) }
    return error?.reason ?? ""
  }

  @Test func damageIsReported() throws {
    #expect(try damaged(ModelCard.file, Array("{".utf8)).contains("model.json of 'damaged'"))
    let card = String(decoding: try model.bytes(ModelCard.file), as: UTF8.self)
    let five = card.replacingOccurrences(of: #""blue", "#, with: #""a", "blue", "#)
    #expect(try damaged(ModelCard.file, Array(five.utf8)).contains("classifier.4.weight has shape"))
    let other = card.replacingOccurrences(of: "\"cnn\"", with: "\"vgg\"")
    #expect(try damaged(ModelCard.file, Array(other.utf8)).contains("member 'architecture'"))
    let tensors = try model.bytes(ModelCard.tensorFile)
    #expect(
      try damaged(ModelCard.tensorFile, Array(tensors.dropLast())).contains("passes the end"))
  }
}
