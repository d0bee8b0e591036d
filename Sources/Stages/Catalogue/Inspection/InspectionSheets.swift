internal import Imaging
internal import PipelineDSL

/// Draws the picture sheet of a kind of findings: sets of duplicates row by row, other samples in
/// order of their labels.
struct InspectionSheets {
  /// The edge of a picture, and pictures per row.
  private static let (edge, columns) = (96, 8)
  /// The maximum number of members of a set that are shown.
  private static let perSet = 4

  private let report: InspectionReport
  private let context: StageContext

  init(_ report: InspectionReport, _ context: StageContext) {
    (self.report, self.context) = (report, context)
  }

  /// The sheet of the findings of a kind; `nil` if none of their samples is an image.
  func sheet(
    of kind: InspectionFinding.Kind, _ findings: [InspectionFinding]
  ) throws -> Image? {
    let chosen = findings.flatMap(\.members).filter { index($0) != nil }
    guard !chosen.isEmpty else { return nil }
    let isInSets = chosen.contains { $0.set > 0 }
    let shown = isInSets ? bySets(findings) : byLabels(chosen)
    // Colours of crops are what a model sees; marks, sizes and frames are in the originals.
    let originals = report.showsOriginals && kind != .stainShortcut
    var reader = OriginalReader(context.originals)
    var tiles: [Image] = []
    for member in shown {
      guard let index = index(member) else { continue }
      tiles.append(Self.tile(try image(index, originals, &reader)))
    }
    return tiles.isEmpty ? nil : ContactSheet.draw(tiles, columns: Self.columns)
  }

  private func index(_ member: InspectionFinding.Member) -> Int? {
    report.scene.images.index(of: member.id)
  }

  private func image(
    _ index: Int, _ original: Bool, _ reader: inout OriginalReader
  ) throws -> Image {
    guard original else { return try report.scene.images.image(index) }
    let source = try reader.sources(of: report.scene.samples[index...index])
    return try source[0].image(context.originals)
  }

  /// The first members of the first sets, one set after the other.
  private func bySets(_ findings: [InspectionFinding]) -> [InspectionFinding.Member] {
    var shown: [InspectionFinding.Member] = []
    for finding in findings {
      let sets = Dictionary(grouping: finding.members.filter { index($0) != nil }, by: \.set)
      for (_, members) in sets.sorted(by: { $0.key < $1.key })
      where shown.count < report.tiles {
        shown += members.prefix(min(Self.perSet, report.tiles - shown.count))
      }
    }
    return shown
  }

  /// Equally many members of each label, ordered by label.
  private func byLabels(_ members: [InspectionFinding.Member]) -> [InspectionFinding.Member] {
    let labels = Dictionary(grouping: members, by: \.label).sorted { $0.key < $1.key }
    let each = max(1, report.tiles / labels.count)
    return Array(labels.flatMap { $0.value.prefix(each) }.prefix(report.tiles))
  }

  private static func tile(_ image: Image) -> Image {
    let longer = max(image.width, image.height)
    return image.coloured.resized(
      width: max(1, image.width * edge / longer), height: max(1, image.height * edge / longer))
  }
}
