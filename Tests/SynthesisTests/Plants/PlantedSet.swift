import Imaging
import Testing

@testable import Synthesis

typealias Plant = SyntheticDataset.Plant

/// A written set of the layout `shortcut`, read back.
struct PlantedSet {
  /// A line of the manifest.
  struct Row {
    var path: String
    var label: String
    var group: String
    var source: String
    var part: String
    var bytes: [UInt8]
    var id: String { fnv(bytes) }

    func image() throws -> Image { try ImageCodec.decode(bytes) }
  }

  /// A line of `planted.csv`.
  struct Truth: Hashable {
    var id: String
    var kind: String
    var partner: String
  }

  var rows: [Row] = []
  var truth: [Truth] = []
  var masks: [String: Image] = [:]

  /// Writes and reads a set.
  init(_ plants: [Plant], count: Int = 90, sizeFactor: Double = 0.4, threads: Int = 2) throws {
    var plan = SyntheticDataset.Plan(seed: 3, counts: [.shortcut: count], sizeFactor: sizeFactor)
    plan.plants = plants
    self = try withScratchFolder { folder in
      try SyntheticDataset(plan).write(to: folder, threads: threads, digest: fnv)
      return try PlantedSet(reading: folder, isPlanted: !plants.isEmpty)
    }
  }

  private init(reading folder: String, isPlanted: Bool) throws {
    for fields in try Self.table(folder + "/shortcut/manifest.csv") {
      rows.append(
        Row(
          path: fields[0], label: fields[1], group: fields[2], source: fields[3], part: fields[4],
          bytes: try read(folder + "/shortcut/" + fields[0])))
    }
    let files = try files(below: folder)
    #expect(files.contains("planted.csv") == isPlanted)
    #expect(files.filter { $0.hasSuffix(".jpg") } == rows.map { "shortcut/" + $0.path }.sorted())
    if isPlanted {
      truth = try Self.table(folder + "/planted.csv").map {
        Truth(id: $0[0], kind: $0[1], partner: $0[2])
      }
    }
    for fields in try Self.table(folder + "/masks/masks.csv") {
      masks[fields[0]] = try PNGCodec.decode(read(folder + "/masks/" + fields[1]), channels: 1)
    }
  }

  private static func table(_ path: String) throws -> [[String]] {
    String(decoding: try read(path), as: UTF8.self).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The image with an id.
  func row(_ id: String) throws -> Row { try #require(rows.first { $0.id == id }, "\(id)") }

  /// The copies of a kind with their originals.
  func pairs(_ kind: Plant.Kind) throws -> [(copy: Row, original: Row)] {
    try truth.filter { $0.kind == kind.rawValue }.map { try (row($0.id), row($0.partner)) }
  }

  /// The images that a kind concerns.
  func concerned(_ kind: Plant.Kind) throws -> [Row] {
    try truth.filter { $0.kind == kind.rawValue }.map { try row($0.id) }
  }
}

extension Image {
  /// Mean red, green and blue of a frame as wide as a tenth of the edges.
  var borderColour: [Double] {
    var sum = [0.0, 0.0, 0.0]
    var count = 0.0
    for y in 0..<height {
      for x in 0..<width
      where min(x, width - 1 - x) < width / 10 || min(y, height - 1 - y) < height / 10 {
        for channel in 0..<3 { sum[channel] += Double(self[x, y, channel]) }
        count += 1
      }
    }
    return sum.map { $0 / count }
  }

  /// Mean of all samples.
  var mean: Double { pixels.reduce(0) { $0 + Double($1) } / Double(pixels.count) }

  /// Mean absolute difference to an image of the same size; infinite for another size.
  func difference(to other: Image) -> Double {
    guard pixels.count == other.pixels.count, width == other.width else { return .infinity }
    let sum = zip(pixels, other.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(pixels.count)
  }

  /// Mean absolute step of green between neighbours in a row, outside the border of JPEG blocks.
  var sharpness: Double {
    var sum = 0.0
    for y in 0..<height {
      for x in 1..<width { sum += abs(Double(self[x, y, 1]) - Double(self[x - 1, y, 1])) }
    }
    return sum / Double(height * (width - 1))
  }
}
