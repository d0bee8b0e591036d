internal import Imaging
internal import PipelineDSL
internal import Store

/// The augmented views of some samples: a row per sample, a column per view, and for mixed views
/// the other sample and the weight of each.
struct ViewTable {
  /// A view of a sample.
  private struct View {
    let picture: Image
    /// The id of the sample that is mixed in; empty for none.
    let partner: String
    /// The weight of the sample itself, as drawn.
    let lambda: String
    /// Whether a box is replaced, not the whole image mixed.
    let hasBox: Bool
  }

  /// The bytes of `views.csv` that are read: the samples on the sheet are among the first.
  private static let headBytes = 1 << 20

  private var rows: [(id: String, crop: Image, views: [View])] = []
  private let crops: CropImages

  /// The views of a contact sheet of `augment`; `nil` for other pictures, or if sheet and table do
  /// not fit together.
  init?(
    _ found: ReportPictures.Found, _ pictures: [ArtifactManifest.File], _ context: ReportContext
  ) {
    guard found.kind == "augment",
      let sheet = pictures.first(where: { $0.path == ViewsFormat.sheet }),
      case .value(let crops)? = context.pictures.crops(for: found.cell),
      let artifact = context.pictures.output(.views, of: found.cell),
      case .value(let files) = context.reader.files(artifact),
      case .value(let table)? = context.reader.head(
        ViewsFormat.file, in: files, bytes: Self.headBytes),
      case .value(let image) = context.reader.image(sheet)
    else { return nil }
    self.crops = crops
    guard let samples = Self.samples(table, crops), let first = samples.first else { return nil }
    let columns = 1 + min(first.rows.count, ViewsFormat.sheetViews)
    guard
      let cells = ContactSheet.cells(
        of: image, count: samples.count * columns, columns: columns),
      let columnsOfTable = Columns(table)
    else { return nil }
    for (row, sample) in samples.enumerated() {
      let views = sample.rows.prefix(columns - 1).enumerated().map { column, fields in
        View(
          picture: cells[row * columns + column + 1], partner: fields[columnsOfTable.partner],
          lambda: fields[columnsOfTable.lambda], hasBox: !fields[columnsOfTable.box].isEmpty)
      }
      rows.append((sample.id, cells[row * columns], views))
    }
  }

  /// The positions of the columns of `views.csv`.
  private struct Columns {
    let id, partner, lambda, box: Int

    init?(_ table: CSVTable) {
      typealias Column = ViewsFormat.Column
      guard let id = table.position(of: Column.id),
        let partner = table.position(of: Column.partner),
        let lambda = table.position(of: Column.lambda), let box = table.position(of: Column.box)
      else { return nil }
      (self.id, self.partner, self.lambda, self.box) = (id, partner, lambda, box)
    }
  }

  /// The first samples that are among the crops, as on the sheet, with their rows.
  private static func samples(
    _ table: CSVTable, _ crops: CropImages
  ) -> [(id: String, rows: [[String]])]? {
    guard let columns = Columns(table) else { return nil }
    var samples: [(id: String, rows: [[String]])] = []
    for row in table.rows where crops.about(row[columns.id]) != nil {
      if samples.last?.id == row[columns.id] {
        samples[samples.count - 1].rows.append(row)
      } else if samples.count == ViewsFormat.sheetSamples {
        break
      } else {
        samples.append((row[columns.id], [row]))
      }
    }
    return samples
  }

  /// The table.
  var html: HTML {
    let count = rows.map(\.views.count).max() ?? 0
    let heads = (0..<count).map { "<th scope=\"col\">view \($0)</th>" as HTML }
    let isMixed = rows.contains { $0.views.contains { !$0.partner.isEmpty } }
    let note: HTML =
      isMixed
      ? """
       A mixed view shows below it the other sample, its class, and &lambda;, the weight of the row's own sample \
      as drawn; for a box, before it is cut at the border.
      """
      : .empty
    let lines = rows.map { row -> HTML in
      let label = crops.about(row.id)?.label ?? ""
      let fields = row.views.map { "<td>\(field($0, label))</td>" as HTML }
      return """
        <tr><th scope="row"><b>\(label)</b><br><code title="\(row.id)">\(Display.identifier(row.id))</code></th>\
        <td>\(Thumbnail.html(row.crop, alt: "crop of \(label)"))</td>\(HTML(fields))</tr>
        """
    }
    return """
      <p class="soft small">\(SheetTexts.text(kind: "augment")?.about ?? "")\(note)</p>
      <div class="scroll" role="group" aria-label="Augmented views" tabindex="0"><table class="look">\
      <thead><tr><th scope="col">sample</th><th scope="col">crop</th>\(HTML(heads))</tr></thead><tbody>
      \(HTML(lines))</tbody></table></div>
      """
  }

  private func field(_ view: View, _ label: String) -> HTML {
    let picture = Thumbnail.html(view.picture, alt: "view of \(label)")
    guard !view.partner.isEmpty else { return picture }
    let other = crops.about(view.partner)?.label ?? "unknown"
    let partner =
      crops.image(view.partner).map { Thumbnail.html($0, alt: "crop of \(other)", edge: 48) }
      ?? .empty
    let lambda = Double(view.lambda).map(Display.number) ?? view.lambda
    return """
      \(picture)<span class="partner" title="\(view.partner)">\(partner)\
      <small>\(view.hasBox ? "box of" : "with") <b>\(other)</b><br>&lambda; \(lambda)</small></span>
      """
  }
}
