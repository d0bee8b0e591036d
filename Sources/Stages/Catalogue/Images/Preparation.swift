internal import Imaging
internal import PipelineDSL

/// The steps from an original to a network's input image, as done by `crop-normalise`, so that
/// `predict` can repeat them for an image outside a pipeline.
struct Preparation: Sendable {
  /// The file of an `images` artifact that contains it.
  static let file = "crop.json"

  /// The result for an original.
  struct Result: Sendable {
    /// The crop, `size` x `size` and 3 channels.
    var image: Image
    /// Its position in the original.
    var transform: CropTransform
    /// Whether a cell was found, so that it is not the whole image; also true if no mask is used.
    var foundCell: Bool
    /// Whether the stain was found; also true if it is not normalised.
    var foundStain: Bool
    /// What is around the cell: `keep` also if there is no cell.
    var background: CropNormalise.Background
  }

  /// The target colours of the stain normalisation.
  enum StainTarget: Sendable, Hashable {
    case reinhard(ReinhardStatistics)
    case macenko(MacenkoStains)
  }

  /// The parameters of the stage; `stainTarget` and `sheet` are ignored.
  let parameters: CropNormalise.Parameters
  /// The target colours, if any.
  var stainTarget: StainTarget?

  /// Prepares the largest cell of an original, as is done to predict an image.
  func apply(_ original: Image) -> Result { crops(of: original, all: false)[0] }

  /// Prepares the largest cell of an original or, with `cells` set to `all`, each of them.
  ///
  /// There is always at least one result: the whole image if no cell is found.
  func crops(of original: Image) -> [Result] { crops(of: original, all: parameters.cells == .all) }

  private func crops(of original: Image, all: Bool) -> [Result] {
    let part = parameters.trim.map { original.withoutDarkMargins(level: UInt8($0)) }
    var image = part.map { original.cropped(to: $0) } ?? original
    if let threshold = parameters.outliers {
      image = image.withoutOutliers(radius: parameters.radius, threshold: threshold)
    }
    image = denoised(image)
    let (boxes, cells, found) = finder.boxes(in: image, all: all)
    let foundCell = found || parameters.mask == .none
    let origin = (x: part?.x ?? 0, y: part?.y ?? 0)
    return zip(boxes, cells).map { box, cell in
      let crop = image.cut(box).coloured.resized(
        width: parameters.size, height: parameters.size, by: parameters.resize)
      let stained = normalised(crop)
      let placed = Rectangle(
        x: box.x + origin.x, y: box.y + origin.y, width: box.width, height: box.height)
      var finished = contrasted(stained ?? crop)
      let mask = foundCell ? cellMask(of: cell, in: box, image) : nil
      if let mask, let fill = parameters.background.fill {
        finished = finished.filled(outside: mask, with: fill)
      }
      return Result(
        image: finished,
        transform: CropTransform(
          originalWidth: original.width, originalHeight: original.height, box: placed),
        foundCell: foundCell, foundStain: stained != nil,
        background: mask == nil ? .keep : parameters.background)
    }
  }

  /// The mask of the cell at the size of the crop; `nil` if the background is kept, or without cell.
  ///
  /// It is made of the image before stain and contrast are changed, and applied after them: the
  /// background then has exactly one value, and both are measured on what was photographed.
  private func cellMask(of cell: Rectangle, in box: Rectangle, _ image: Image) -> Image? {
    guard parameters.background != .keep else { return nil }
    let ranges = finder.ranges
    return image.cellMask(
      of: cell, in: box, hue: ranges.hue, saturation: ranges.saturation, value: ranges.value
    )?.resized(width: parameters.size, height: parameters.size)
  }

  private func denoised(_ image: Image) -> Image {
    switch parameters.denoise {
    case .none: image
    case .median: image.medianFiltered(radius: parameters.radius)
    case .gaussian: image.gaussianFiltered(deviation: parameters.sigma)
    case .bilateral:
      image.bilateralFiltered(
        radius: parameters.radius, colourDeviation: parameters.sigmaColour,
        deviation: parameters.sigma)
    }
  }

  private var finder: CellFinder {
    var finder = CellFinder()
    finder.channel = parameters.mask
    finder.margin = parameters.margin
    finder.square = parameters.square
    finder.window = parameters.window
    finder.minimumArea = parameters.minimumArea
    finder.clearBorder = parameters.clearBorder
    let (hue, saturation) = (parameters.hueRange, parameters.saturationRange)
    let value = parameters.valueRange
    finder.ranges = (
      (hue[0], hue[1]), saturation[0]...saturation[1], value[0]...value[1]
    )
    return finder
  }

  /// The crop with the target colours; `nil` if its own stain cannot be determined.
  private func normalised(_ crop: Image) -> Image? {
    switch stainTarget {
    case nil: crop
    case .reinhard(let statistics): statistics.applied(to: crop)
    case .macenko(let stains): stains.applied(to: crop)
    }
  }

  private func contrasted(_ image: Image) -> Image {
    switch parameters.contrast {
    case .none: image
    case .stretch: image.stretched(cutting: parameters.cut)
    case .clahe: image.equalised(clip: parameters.clip, tiles: parameters.tiles)
    case .claheLightness:
      image.lightnessEqualised(clip: parameters.clip, tiles: parameters.tiles)
    }
  }
}

extension Preparation {
  /// The preparation as JSON, each parameter with its value.
  ///
  /// A background that is kept is not listed, so that the file is that of versions that could not
  /// replace it.
  var json: JSONValue {
    var object = parameters.values
    object["stain-target"] = nil
    object["sheet"] = nil
    if parameters.background == .keep { object["background"] = nil }
    switch stainTarget {
    case nil: break
    case .reinhard(let statistics):
      object["stain-target"] = ["mean": statistics.mean.json, "std": statistics.deviation.json]
    case .macenko(let stains):
      object["stain-target"] = [
        "densities": .array(stains.densities.map(\.json)), "strongest": stains.strongest.json,
      ]
    }
    return .object(object)
  }

  /// Parses the value of `json`.
  init(_ json: JSONValue) throws(StageError) {
    guard var object = json.object else { throw StageError("a preparation is an object") }
    let target = object["stain-target"]
    // The stage takes an image file here; the JSON contains the numbers computed from it.
    object["stain-target"] = target.map { _ in "numbers" }
    switch CropNormalise.Parameters.read(object) {
    case .success(let parameters): self.parameters = parameters
    case .failure(let problems):
      throw StageError(problems.list.map(\.sentence).joined(separator: "; "))
    }
    guard parameters.stain != .none else { return }
    stainTarget = target.flatMap(Self.stainTarget)
    guard stainTarget != nil else {
      throw StageError("'stain-target' lacks the numbers that \(parameters.stain) needs")
    }
  }

  private static func stainTarget(_ json: JSONValue) -> StainTarget? {
    func numbers(_ value: JSONValue?, _ count: Int) -> [Double]? {
      guard let numbers = value?.elements?.compactMap(\.real), numbers.count == count else {
        return nil
      }
      return numbers
    }
    if let mean = numbers(json["mean"], 3), let deviation = numbers(json["std"], 3) {
      return .reinhard(ReinhardStatistics(mean: mean, deviation: deviation))
    }
    guard let rows = json["densities"]?.elements, rows.count == 2,
      let first = numbers(rows[0], 3), let second = numbers(rows[1], 3),
      let strongest = numbers(json["strongest"], 2)
    else { return nil }
    return .macenko(MacenkoStains(densities: [first, second], strongest: strongest))
  }
}
