internal import Foundation
internal import Imaging
internal import Neural
public import PipelineDSL

/// A model with the preparation of its images, to predict images outside a pipeline.
public struct Predictor: Sendable {
  /// The class names, in the order of the model's outputs.
  public let classes: [String]
  /// The edge of the square crops that the model takes, in pixels.
  public let size: Int
  /// How originals become crops, in human-readable form: as the model states, or by a plain resize.
  public let preparationNote: String

  /// The names of the prediction sets: `set_0.1` for the level 0.1, and `flagged`; empty unless the
  /// model is conformal.
  public var setNames: [String] { conformal?.rule.columns ?? [] }

  let preparation: Preparation
  let model: any ImageModel
  let threads: Int

  /// Creates a predictor from a model artifact of any kind.
  ///
  /// Throws if its files are missing, damaged or inconsistent.
  public init(model artifact: InputArtifact, threads: Int) throws(StageError) {
    let model = try ImageModels.load(artifact, threads: threads)
    if let own = model.preparation, own.parameters.size != model.size {
      throw artifact.failure(
        ModelCard.file,
        "its preparation produces \(own.parameters.size) pixels, but the network takes \(model.size)"
      )
    }
    self.init(model, threads: threads)
  }

  /// Creates a predictor from a network's name and a weights file with the reference's key names.
  ///
  /// `classes` names the network's outputs, which are otherwise numbered from 0. Throws if the file
  /// does not fit the network, or if the number of names differs from the number of outputs.
  public init(
    network name: String, weights path: String, size: Int, classes: [String]?, threads: Int
  ) throws(StageError) {
    guard let backbone = Backbone(rawValue: name) else {
      let known = Backbone.allCases.map(\.rawValue)
      throw StageError(
        "no network '\(name)'" + NearestName.hint(for: name, among: known),
        hint: "the networks are \(known.joined(separator: ", "))")
    }
    let bytes = try fileBytes(path)
    let model: TrainedModel
    do throws(NeuralError) {
      let tensors = try WeightFile.decode(bytes)
      let form = try backbone.form(fitting: tensors, size: size)
      let names = classes ?? (0..<form.classes).map(String.init)
      guard names.count == form.classes, Set(names).count == names.count else {
        throw NeuralError(
          "\(form.classes) outputs, and \(Set(names).count) different class names")
      }
      model = TrainedModel(
        classes: names, size: size, normalisation: backbone.normalisation,
        classifier: try Classifier(backbone, form, tensors: tensors, threads: threads))
    } catch {
      throw StageError("\(path): \(error.reason)")
    }
    self.init(model, threads: threads)
  }

  /// Creates a predictor from a loaded model.
  init(_ model: any ImageModel, threads: Int) {
    (self.model, self.threads) = (model, threads)
    (classes, size) = (model.classes, model.size)
    preparationNote =
      model.preparation == nil
      ? "resized to \(size) x \(size)" : "cropped as the model's images were"
    preparation = model.preparation ?? Self.plain(size: size)
  }

  /// The model, if it has prediction sets.
  var conformal: ConformalModel? { model as? ConformalModel }

  /// The whole image, resized as torchvision's `Resize((size, size))` does.
  private static func plain(size: Int) -> Preparation {
    var parameters = CropNormalise.Parameters()
    parameters.size = size
    parameters.denoise = .none
    parameters.mask = .none
    parameters.square = false
    return Preparation(parameters: parameters)
  }
}

/// The bytes of a file that a user named.
func fileBytes(_ path: String) throws(StageError) -> [UInt8] {
  do { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
    throw StageError("\(path): cannot be read: \(systemReason(of: error))")
  }
}
