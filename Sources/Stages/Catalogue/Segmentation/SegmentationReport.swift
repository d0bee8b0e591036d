internal import Imaging
internal import PipelineDSL

/// The areas that `segment-nucleus` finds, and their agreement with true masks.
struct SegmentationReport: Sendable {
  /// The table of all images.
  static let file = "cells.csv"

  private struct Entry: Sendable {
    var id: String
    var nuclei: Int
    var nucleus: Double
    var cytoplasm: Double
    var overlap: MaskOverlap?
  }

  private let hasTruth: Bool
  private var entries: [Entry] = []

  /// An empty report; `hasTruth` if some images may have a true mask.
  init(hasTruth: Bool) { self.hasTruth = hasTruth }

  /// Adds an image and its true nucleus, if it is known.
  mutating func add(_ sample: Sample, _ regions: CellRegions, truth: [Bool]?) {
    let nucleus = CellRegions.Region.nucleus.rawValue
    entries.append(
      Entry(
        id: sample.id, nuclei: regions.nuclei, nucleus: regions.share(of: .nucleus),
        cytoplasm: regions.share(of: .cytoplasm),
        overlap: truth.map { MaskOverlap(regions.labels.map { $0 == nucleus }, truth: $0) }))
  }

  /// `cells.csv`: one row per image, in the order they were added.
  var table: CSVTable {
    CSVTable(
      columns: ["id", "nuclei", "nucleus-share", "cytoplasm-share"]
        + (hasTruth ? ["dice", "iou"] : []),
      rows: entries.map { entry in
        [
          entry.id, String(entry.nuclei), decimal(entry.nucleus, 6), decimal(entry.cytoplasm, 6),
        ]
          + (hasTruth
            ? [entry.overlap?.dice, entry.overlap?.iou].map { $0.map { decimal($0, 6) } ?? "" }
            : [])
      })
  }

  /// Means over all images, and means and minima of the agreement over those with a true mask.
  var metrics: [String: Double] {
    let count = Double(entries.count)
    var metrics: [String: Double] = [
      "images": count, "without-nucleus": Double(entries.count { $0.nuclei == 0 }),
      "with-several-nuclei": Double(entries.count { $0.nuclei > 1 }),
    ]
    if !entries.isEmpty {
      metrics["nucleus-share"] = entries.reduce(0) { $0 + $1.nucleus } / count
      metrics["cytoplasm-share"] = entries.reduce(0) { $0 + $1.cytoplasm } / count
    }
    guard hasTruth else { return metrics }
    let overlaps = entries.compactMap(\.overlap)
    metrics["truth/missing"] = Double(entries.count - overlaps.count)
    for (name, values) in [
      ("dice", overlaps.map(\.dice)), ("iou", overlaps.map(\.iou)),
    ] {
      guard let least = values.min() else { continue }
      metrics["\(name)/mean"] = values.reduce(0, +) / Double(values.count)
      metrics["\(name)/min"] = least
    }
    return metrics
  }

  /// Writes the table and the metrics, and reports warnings.
  func finish(_ context: StageContext) throws {
    let (metrics, output) = (metrics, context.output("metrics"))
    try writeFile(table.bytes, output + "/" + Self.file)
    try writeFile(MetricsFile.bytes(of: metrics), output + "/" + MetricsFile.name)
    context.events.record(metrics)
    let empty = entries.count { $0.nuclei == 0 }
    if empty > 0 {
      context.events.warn(
        "no nucleus found in \(empty) of \(entries.count) images: all of each is background")
    }
    if let missing = metrics["truth/missing"], missing > 0 {
      context.events.warn(
        "\(Int(missing)) of \(entries.count) images have no true mask: not compared")
    }
  }
}
