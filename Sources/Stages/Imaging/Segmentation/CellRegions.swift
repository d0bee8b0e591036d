/// The regions of the white cells in an image: nuclei, cytoplasm and background.
public struct CellRegions: Sendable, Hashable {
  /// The region of a pixel.
  public enum Region: UInt8, Sendable {
    /// Neither nucleus nor cytoplasm: plasma, red cells, platelets.
    case background = 0
    /// The stained pixels around a nucleus.
    case cytoplasm = 1
    /// A nucleus.
    case nucleus = 2
  }

  /// The region of each pixel, rows from the top, by its raw value.
  public let labels: [UInt8]
  /// The number of nuclei.
  public let nuclei: Int

  /// The share of pixels in a region.
  public func share(of region: Region) -> Double {
    Double(labels.count { $0 == region.rawValue }) / Double(labels.count)
  }
}

/// Finds nuclei and cytoplasm in an image of white cells.
public struct CellSegmentation: Sendable {
  /// How the pixels of nuclei are told from all others.
  public enum Method: String, Sendable, CaseIterable {
    /// The upper of three classes of blue minus red, by Otsu's thresholds.
    case otsu
    /// The more saturated of two classes, by Otsu's threshold, of pixels in ranges of HSV.
    case hsv
    /// The upper of three classes of a* minus b* of CIE L*a*b*, by Otsu's thresholds.
    case lab
  }

  /// How nuclei are told from all else.
  public var method = Method.lab
  /// For `hsv`: hue in degrees (through 360 if the end is smaller), saturation and value in 0...1.
  public var ranges = (hue: (from: 230.0, to: 330.0), saturation: 0.2...1.0, value: 0.0...1.0)
  /// The minimum area of a nucleus, as a share of the image.
  public var minimumArea = 0.005
  /// How far the cytoplasm reaches from a nucleus, in sides of a square of the nucleus' area.
  public var reach = 0.5
  /// Whether nuclei that touch are divided (`Watershed`).
  public var separates = false

  /// A smaller nucleus, relative to the largest one, is a platelet or dirt.
  private static let smallest = 0.2
  /// A smaller region, relative to the largest one, is not a part of a nucleus.
  private static let smallestPart = 0.02
  /// Bounds the work on images of noise.
  private static let most = 1000
  /// The edge of the image per pixel of the radius of the opening.
  private static let pixelsPerRadius = 112

  /// A segmentation with the default settings.
  public init() {}

  /// The regions of an image of three channels.
  ///
  /// Holes of nuclei are filled, and specks and threads narrower than 1/112 of the image's edge are
  /// removed. The cytoplasm grows from the nuclei through stained pixels, those in the lower two of
  /// three classes of green, or with `hsv` those in the ranges; where cells are cut out on black, it
  /// is all the rest of them.
  public func regions(of image: Image) -> CellRegions {
    let (width, height) = (image.width, image.height)
    guard image.channels == 3 else {
      return CellRegions(labels: [UInt8](repeating: 0, count: width * height), nuclei: 0)
    }
    let stain = StainMask(image)
    let cell = method == .hsv ? inRanges(image) : stain.stained
    let radius = max(1, min(width, height) / Self.pixelsPerRadius)
    let nuclear = BinaryMask(nuclearPixels(image, stain, cell), width, height)
    var mask = nuclear.opened(radius: radius).filled().isSet
    if separates { mask = Watershed.divided(mask, width, height) }
    var regions = LabelledRegions(mask, width, height)
    let largest = regions.areas.max() ?? 0
    let area = minimumArea * Double(width * height)
    let least = max(area / 4, Self.smallestPart * Double(largest))
    let parts = regions.areas.indices.filter { Double(regions.areas[$0]) >= least }
      .sorted { (regions.areas[$1], $0) < (regions.areas[$0], $1) }.prefix(Self.most).sorted()
    let groups = separates ? parts.map { [$0] } : WhiteCells.joined(parts, regions)
    let areas = groups.map { group in group.reduce(0) { $0 + regions.areas[$1] } }
    let floor = max(area, Self.smallest * Double(areas.max() ?? 0))
    let nuclei = groups.indices.filter { Double(areas[$0]) >= floor }.map { groups[$0] }
    regions.keep(nuclei)
    let nucleus = regions.labels.map { $0 >= 0 }
    if stain.isCutOut {
      regions.grow(through: stain.stained, reach: .infinity)
    } else {
      regions.grow(through: cell, reach: reach)
    }
    let inside = BinaryMask(regions.labels.map { $0 >= 0 }, width, height).filled().isSet
    return CellRegions(
      labels: nucleus.indices.map { nucleus[$0] ? 2 : inside[$0] ? 1 : 0 }, nuclei: nuclei.count)
  }

  /// The pixels that the method takes for nuclei.
  private func nuclearPixels(_ image: Image, _ stain: StainMask, _ cell: [Bool]) -> [Bool] {
    switch method {
    case .otsu:
      // Of cells on black, StainMask takes all for nuclei.
      guard stain.isCutOut else { return stain.nuclei }
      return upper(Self.violet(image), of: stain.stained, classes: 2)
    case .hsv:
      let within = zip(cell, stain.stained).map { $0 && (!stain.isCutOut || $1) }
      let saturation = image.saturation.pixels
      let tones = Set(within.indices.lazy.filter { within[$0] }.map { saturation[$0] })
      return tones.count < 2 ? within : upper(saturation, of: within, classes: 2)
    case .lab:
      let within = Ground.isBlack(image).map { !$0 }
      return upper(Self.purple(image), of: within, classes: stain.isCutOut ? 2 : 3)
    }
  }

  private func inRanges(_ image: Image) -> [Bool] {
    image.mask(hue: ranges.hue, saturation: ranges.saturation, value: ranges.value).pixels.map {
      $0 > 0
    }
  }

  /// The pixels of a mask in the uppermost of two or three classes of a tone, by Otsu's thresholds
  /// over the mask; three need three different tones.
  private func upper(_ tones: [UInt8], of mask: [Bool], classes: Int) -> [Bool] {
    var counts = [Int](repeating: 0, count: 256)
    for pixel in mask.indices where mask[pixel] { counts[Int(tones[pixel])] += 1 }
    let three = classes == 3 ? Otsu.thresholds(counts)?.upper : nil
    let threshold = three ?? Otsu.threshold(counts)
    return mask.indices.map { mask[$0] && tones[$0] > threshold }
  }

  /// 128 plus blue minus red.
  private static func violet(_ image: Image) -> [UInt8] {
    (0..<image.width * image.height).map { pixel in
      let (red, blue) = (Int(image.pixels[3 * pixel]), Int(image.pixels[3 * pixel + 2]))
      return UInt8(min(max(128 + blue - red, 0), 255))
    }
  }

  /// 64 plus a* minus b*: purple is high, pink and cream are low.
  private static func purple(_ image: Image) -> [UInt8] {
    let lab = LabColours.convert(image)
    return stride(from: 0, to: lab.count, by: 3).map { at in
      UInt8(min(max((64 + lab[at + 1] - lab[at + 2]).rounded(), 0), 255))
    }
  }
}
