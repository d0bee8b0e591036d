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
    let rows = try trained.probabilities(test.map { try images.image($0) })
    #expect(rows.count == 12)
    #expect(rows.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 && $0.count == 3 })
    let right = zip(test, rows).count { index, row in
      trained.classes[row.firstIndex(of: row.max() ?? 0) ?? 0] == images.samples[index].label
    }
    #expect(right >= 11)
    #expect(
      try TrainedModel.load(model, threads: 3).probabilities(test.map { try images.image($0) })
        == rows)
    #expect(try trained.probabilities([]).isEmpty)
  }

  @Test func computesGradCAM() throws {
    let trained = try TrainedModel.load(model, threads: 1)
    let images = try ImageSet(try #require(inputs["images"]?.first))
    let label = try #require(trained.classes.firstIndex(of: images.samples[0].label))
    let found = try trained.gradCAM(try images.image(0), class: label)
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
      #""dense": 128"#,
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test func headsOfAnyWidthLoad() throws {
    let images = try ImageSet(try #require(inputs["images"]?.first))
    for width in [1, 40] {
      let narrow = try bench.train(
        inputs, ["epochs": 1, "dense": .integer(width)], state: bench.state("\(width)")
      ).model
      #expect(try ModelCard(narrow).dense == width)
      let trained = try TrainedModel.load(narrow, threads: 1)
      let rows = try trained.probabilities([try images.image(0)])
      #expect(rows[0].count == 3 && abs(rows[0].reduce(0, +) - 1) < 1e-5)
      #expect(try trained.gradCAM(images.image(0), class: 0).map.count == 4)
      let predictor = try Predictor(model: narrow, threads: 1)
      #expect(predictor.classes == trained.classes)
    }
  }

  /// Cards without a width are of models with 128 units.
  @Test func cardsWithoutAWidthLoad() throws {
    let card = String(decoding: try model.bytes(ModelCard.file), as: UTF8.self)
    func replaced(_ line: String) throws -> InputArtifact {
      let text = card.replacing(#/\s*"dense": 128,/#, with: line)
      #expect(text != card)
      return try bench.harness.artifact(
        "replaced",
        [
          (ModelCard.file, Array(text.utf8)),
          (ModelCard.tensorFile, try model.bytes(ModelCard.tensorFile)),
        ])
    }
    let images = try ImageSet(try #require(inputs["images"]?.first))
    let image = [try images.image(0)]
    let rows = try TrainedModel.load(model, threads: 1).probabilities(image)
    #expect(try TrainedModel.load(try replaced(""), threads: 1).probabilities(image) == rows)
    for (line, reason) in [
      (#""dense": 12,"#, "classifier.1.weight has shape"), (#""dense": 0,"#, "inconsistent"),
      (#""dense": "a","#, "member 'dense'"),
    ] {
      let wrong = try replaced(line)
      let error = #expect(throws: StageError.self) { try TrainedModel.load(wrong, threads: 1) }
      #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
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
