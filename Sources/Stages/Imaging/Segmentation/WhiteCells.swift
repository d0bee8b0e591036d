/// A white cell of a blood smear.
public struct WhiteCell: Sendable, Hashable {
  /// The smallest rectangle around the nucleus and the stained pixels that belong to it.
  public let boundingBox: Rectangle
  /// The number of pixels of the nucleus.
  public let nucleusArea: Int
}

/// Finds the white cells of a blood smear by their nuclei.
///
/// Giemsa and Wright stains colour nuclei and platelets blue to violet, and red cells pink: nuclei
/// are the upper of three classes of blue minus red (`Otsu.thresholds`). Parts of one nucleus lie
/// closer together than 0.3 times the side of a square of the smaller one's area. From each
/// nucleus the cell grows through stained pixels, those in the lower two of three classes of green,
/// by up to half the side of a square of the nucleus' area, and never into another nucleus. Cells
/// cut out on black are found by that alone.
public struct WhiteCells: Sendable {
  /// The cells, in the order of the first pixels of their nuclei.
  public let cells: [WhiteCell]
  /// Whether a pixel is of a nucleus, a platelet or dirt of its colour.
  let nuclei: [Bool]
  /// Whether a pixel belongs to one of the cells.
  let covered: [Bool]

  private static let (gap, reach) = (0.3, 0.5)
  /// A smaller nucleus, relative to the largest one, is a platelet or dirt.
  private static let smallest = 0.2
  /// A smaller region, relative to the largest one, is not a part of a nucleus.
  private static let smallestPart = 0.02
  /// Bounds the work on images of noise.
  private static let most = 1000

  /// Finds the cells of an image whose nuclei have at least an area, in pixels.
  ///
  /// There are none in an image of one channel.
  public init(in image: Image, atLeast area: Double) {
    guard image.channels == 3 else {
      (cells, nuclei, covered) = ([], [], [])
      return
    }
    let stain = StainMask(image)
    nuclei = stain.nuclei
    var regions = LabelledRegions(stain.nuclei, image.width, image.height)
    let largest = regions.areas.max() ?? 0
    let least = max(area / 4, Self.smallestPart * Double(largest))
    let parts = regions.areas.indices.filter { Double(regions.areas[$0]) >= least }
      .sorted { (regions.areas[$1], $0) < (regions.areas[$0], $1) }.prefix(Self.most).sorted()
    let nuclei = Self.joined(parts, regions).filter { nucleus in
      Double(nucleus.reduce(0) { $0 + regions.areas[$1] }) >= area
    }
    regions.keep(nuclei)
    if !stain.isCutOut { regions.grow(through: stain.stained, reach: Self.reach) }
    covered = regions.labels.map { $0 >= 0 }
    let floor = Self.smallest * Double(regions.areas.max() ?? 0)
    cells = regions.areas.indices.filter { Double(regions.areas[$0]) >= floor }.map {
      WhiteCell(boundingBox: regions.boxes[$0].rectangle, nucleusArea: regions.areas[$0])
    }
  }

  /// The parts of each nucleus, in the order of their first parts.
  static func joined(_ parts: [Int], _ regions: LabelledRegions) -> [[Int]] {
    var sets = DisjointSets(count: parts.count)
    for (one, left) in parts.enumerated() {
      for (other, right) in parts.enumerated().dropFirst(one + 1) {
        let area = min(regions.areas[left], regions.areas[right])
        let limit = gap * Double(area).squareRoot() + 1
        if regions.isNear(left, right, within: limit) { sets.join(one, other) }
      }
    }
    var nuclei: [Int: [Int]] = [:]
    for (index, part) in parts.enumerated() {
      nuclei[sets.first(of: index), default: []].append(part)
    }
    return nuclei.sorted { $0.key < $1.key }.map(\.value)
  }
}
