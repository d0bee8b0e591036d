internal import Imaging
internal import Neural
internal import PipelineDSL

extension Predictor {
  /// The prediction for one image.
  public struct Prediction: Sendable {
    /// The image's path, followed by `:row` for an array.
    public let name: String
    /// One logit per class; `probabilities` are computed from them.
    public let logits: [Float]
    /// The index of the class with the largest logit; the first of equal ones.
    public let predicted: Int
    /// The sets of a conformal model, one per name in `setNames`: the labels joined by `|`, and whether
    /// the image is flagged, yes or no.
    ///
    /// The draw of a randomised set depends on the digest of the file, or of the array's row, so that
    /// a file has the set that `conformal` gave it as a sample. Sources are unknown: where each has a
    /// threshold, the largest is used.
    public let sets: [String]
    /// The crop overlaid with a class's Grad-CAM map, once per network of the model; empty if not
    /// requested or no crop exists.
    public let overlays: [OverlaidCrop]

    /// The probabilities of the classes, which sum to 1.
    public var probabilities: [Float] { CrossEntropy.softmax(logits, classes: logits.count) }
  }

  /// A crop overlaid with a Grad-CAM map.
  public struct OverlaidCrop: Sendable {
    /// The name of the network; empty if the model has only one.
    public let part: String
    /// The image file.
    public let png: [UInt8]
  }

  /// The overlay to draw.
  public enum Overlay: Sendable, Hashable {
    case none
    /// The Grad-CAM map of the predicted class.
    case predicted
    /// The Grad-CAM map of a class, by index.
    case of(Int)
  }

  /// The number of images per pass, which bounds memory.
  private static let batch = 32

  /// Predicts images in order, one batch at a time; memory does not grow with their number.
  ///
  /// An image that cannot be predicted is passed to `problem`, at its place in the order. The
  /// results equal those of `evaluate` to the last bit, regardless of batching and the number of
  /// threads.
  public func predict(
    _ inputs: PredictionInputs, as form: PredictionInputs.Form = .automatic,
    overlay: Overlay = .none, problem: (_ name: String, _ reason: String) throws -> Void,
    each: (Prediction) throws -> Void
  ) throws {
    for start in stride(from: 0, to: inputs.count, by: Self.batch) {
      let entries = Array(inputs.entries[start..<min(start + Self.batch, inputs.count)])
      let read = try Parallel.map(entries.count, threads: threads) { index in
        try self.read(entries[index], form)
      }
      var logits = try logits(read.compactMap { try? $0.get() })[...]
      for (entry, result) in zip(entries, read) {
        switch result {
        case .failure(let failure): try problem(entry.name, failure.description)
        case .success(let item):
          let row = logits.removeFirst()
          guard row.allSatisfy(\.isFinite) else {
            try problem(entry.name, "the model returns non-finite numbers")
            continue
          }
          let predicted = ClassificationReport.predicted(row)
          try each(
            Prediction(
              name: entry.name, logits: row, predicted: predicted,
              sets: conformal?.rule.fields(row, id: item.id) ?? [],
              overlays: try draw(overlay, item, predicted)))
        }
      }
    }
  }

  /// An image to predict: a crop, or the numbers of a single network's input.
  private struct Item: Sendable {
    let content: Content
    /// The digest of its bytes; empty unless the model needs it.
    var id = ""

    enum Content: Sendable {
      case crop(Image)
      case input([Float])
    }

    /// The crop, if it is one.
    var crop: Image? { if case .crop(let image) = content { image } else { nil } }
  }

  /// The model, if it is a single network, which takes numbers as well as images.
  private var network: TrainedModel? { model as? TrainedModel }

  /// One logit per class for each item, in the order of the items.
  private func logits(_ items: [Item]) throws -> [[Float]] {
    let crops = items.compactMap(\.crop)
    if crops.count == items.count { return try model.logits(of: crops) }
    let inputs = items.flatMap { item in
      if case .input(let values) = item.content { values } else { [Float]() }
    }
    var (ofCrops, ofInputs) = (
      try model.logits(of: crops)[...], network?.logits(inputs)[...] ?? []
    )
    return items.map { $0.crop == nil ? ofInputs.removeFirst() : ofCrops.removeFirst() }
  }

  private func read(
    _ entry: PredictionInputs.Entry, _ form: PredictionInputs.Form
  ) throws -> Result<Item, StageError> {
    do throws(StageError) {
      let image: Image
      let id: String
      var isCrop = form == .crops
      switch entry.source {
      case .file(let path):
        let bytes = try fileBytes(path)
        id = identity(bytes)
        do throws(ImageError) { image = try ImageCodec.decode(bytes) } catch {
          throw StageError(error.reason)
        }
      case .row(let array, let index):
        let row: [UInt8]
        do throws(ImageError) { row = try array.row(index) } catch {
          throw StageError(error.reason)
        }
        id = identity(row)
        if array.kind == .float32 { return .success(try finished(row, array.shape)) }
        image = Image(
          width: array.shape[2], height: array.shape[1], channels: array.shape.count == 4 ? 3 : 1,
          pixels: row)
        isCrop = isCrop || form == .automatic && (image.width, image.height) == (size, size)
      }
      let crop = isCrop ? image.coloured : preparation.apply(image).image
      try model.requireSize(of: crop)
      return .success(Item(content: .crop(crop), id: id))
    } catch {
      return .failure(error)
    }
  }

  /// The id of a sample with some bytes, for the draws of prediction sets.
  private func identity(_ bytes: [UInt8]) -> String {
    conformal == nil ? "" : Digest.of(bytes).hex
  }

  /// A row of single-precision numbers is a network input that is already normalised.
  private func finished(_ row: [UInt8], _ shape: [Int]) throws(StageError) -> Item {
    guard network != nil else {
      throw StageError(
        "normalised inputs of type float32 are for a single network; this model has several parts, "
          + "each with its own normalisation", hint: "save crops as uint8")
    }
    guard shape[1] == size, shape[2] == size else {
      throw StageError(
        "inputs are \(shape[2]) x \(shape[1]); the network takes \(size) x \(size)")
    }
    let values = row.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
        )
      }
    }
    return Item(content: .input(values))
  }

  private func draw(
    _ overlay: Overlay, _ item: Item, _ predicted: Int
  ) throws -> [OverlaidCrop] {
    guard overlay != .none, let crop = item.crop else { return [] }
    var label = predicted
    if case .of(let other) = overlay { label = other }
    return try model.gradCAMs(crop, class: label, at: nil).map { cam in
      let saliency = Saliency.upsampled(
        cam.map, width: cam.width, height: cam.height, toWidth: crop.width, toHeight: crop.height)
      return OverlaidCrop(
        part: cam.part, png: try PNGCodec.encode(crop.overlaid(with: saliency.values)))
    }
  }
}
