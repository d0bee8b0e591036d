internal import Imaging
internal import PipelineDSL
internal import Store

/// The table of an explained cell: a row per image, a column per view, heads that say what each
/// column is, and keys to the colours.
struct ExplanationTable {
  private let cell: String
  private let reader: ArtifactReader
  private let album: ExplanationAlbum
  private let crops: CropImages?
  private let masks: CellMasks?
  /// What could not be read.
  private(set) var problems: [String] = []

  /// The table of an artifact of a cell.
  init(_ artifact: ArtifactRow, of cell: String, _ context: ReportContext) {
    (self.cell, reader) = (cell, context.reader)
    var files: [ArtifactManifest.File] = []
    switch reader.files(artifact) {
    case .missing(let reason): problems.append(reason)
    case .value(let found): files = found
    }
    var index: CSVTable?
    switch reader.table(ExplanationsFormat.file, in: files) {
    case nil: break
    case .missing(let reason)?: problems.append(reason)
    case .value(let table)?: index = table
    }
    album = ExplanationAlbum(files, index: index)
    let hasRows = !album.rows.isEmpty
    crops = Self.value(hasRows ? context.pictures.crops(for: cell) : nil, &problems)
    masks = Self.value(hasRows ? context.pictures.masks(for: cell) : nil, &problems)
  }

  /// What was found; the reason why it was not joins the problems.
  private static func value<Value>(
    _ found: ArtifactReader.Found<Value>?, _ problems: inout [String]
  ) -> Value? {
    switch found {
    case nil: return nil
    case .missing(let reason)?:
      problems.append(reason)
      return nil
    case .value(let value)?: return value
    }
  }

  /// The number of rows: images, then pictures that the index does not name.
  var count: Int { album.rows.count + album.others.count }

  /// At least one row from a position, as many as fit into a number of bytes, and the next position.
  func part(
    from start: Int, budget: Int, limit: Int = .max
  ) -> (body: HTML, next: Int) {
    var (lines, figures): ([HTML], [HTML]) = ([], [])
    var (size, next) = (0, start)
    while next < count, next - start < limit {
      let isRow = next < album.rows.count
      let html =
        isRow ? row(album.rows[next]) : figure(album.others[next - album.rows.count])
      size += html.text.utf8.count
      if next > start, size > budget { break }
      if isRow { lines.append(html) } else { figures.append(html) }
      next += 1
    }
    let table: HTML = lines.isEmpty ? .empty : "\(self.table(lines))\(keys)"
    let gallery: HTML =
      figures.isEmpty ? .empty : "<div class=\"gallery\">\(HTML(figures))</div>"
    return ("\(table)\(gallery)", next)
  }

  private var keys: HTML {
    let methods = album.views.map { ExplanationTexts.method($0.method) }
    return ColourKey.html(Set(methods.compactMap(\.key)), masks: masks != nil)
  }

  private func table(_ lines: [HTML]) -> HTML {
    var methods: [(name: String, views: Int)] = []
    for view in album.views {
      if methods.last?.name == view.method {
        methods[methods.count - 1].views += 1
      } else {
        methods.append((view.method, 1))
      }
    }
    let heads = methods.map { method -> HTML in
      let text = ExplanationTexts.method(method.name)
      let about: HTML = text.about.isEmpty ? .empty : "<small>\(text.about)</small>"
      return "<th scope=\"colgroup\" colspan=\"\(method.views)\">\(text.title)\(about)</th>"
    }
    let inputs = [crops.map { _ in "input" }, masks.map { _ in "input with its mask" }]
      .compactMap { $0 }.map { "<th scope=\"col\" rowspan=\"2\">\($0)</th>" as HTML }
    let views = album.views.map { view -> HTML in
      "<th scope=\"col\">\(ExplanationTexts.view(view))</th>"
    }
    return """
      <div class="scroll" role="group" aria-label="Explanations of \(cell)" tabindex="0">\
      <table class="look"><thead><tr><th scope="col" rowspan="2">image</th>\(HTML(inputs))\(HTML(heads))</tr>
      <tr>\(HTML(views))</tr></thead><tbody>
      \(HTML(lines))</tbody></table></div>
      """
  }

  private func row(_ row: ExplanationAlbum.Row) -> HTML {
    let about = crops?.about(row.id)
    var fields: [HTML] = [label(row, source: about?.source)]
    let crop = crops?.image(row.id)
    if crops != nil { fields.append(field(crop.map { .value($0) }, "input: crop of \(row.label)")) }
    if let masks {
      fields.append(
        field(crop.flatMap { masks.outlined(row.id, $0) }.map { .value($0) }, "input with its mask")
      )
    }
    for (index, view) in album.views.enumerated() {
      let text = ExplanationTexts.method(view.method)
      let alt = "\(text.title), \(ExplanationTexts.view(view)), of \(row.label)"
      let isFirst = index == 0 || album.views[index - 1].method != view.method
      let score: HTML =
        isFirst
        ? row.scores[view.method].map {
          "<small title=\"how often a pixel of the nucleus is more salient than one outside\">AUROC \(Display.number($0))</small>"
        } ?? .empty : .empty
      fields.append(field(row.pictures[view].map(image), alt, below: score))
    }
    return "<tr>\(HTML(fields))</tr>"
  }

  /// The label of a row: the true and the predicted class, the source and the id.
  private func label(_ row: ExplanationAlbum.Row, source: String?) -> HTML {
    let isRight = row.predicted == row.label
    let mark: HTML =
      isRight ? "<span class=\"good\">right</span>" : "<span class=\"bad\">wrong</span>"
    let probability: HTML = row.probability.map { " with \(Display.number($0))" } ?? .empty
    let origin: HTML = source.map { "<br>source \($0)" } ?? .empty
    return """
      <th scope="row"><b>\(row.label)</b> \(mark)<br>predicted \(row.predicted)\(probability)\(origin)\
      <br><code>\(Display.identifier(row.id))</code></th>
      """
  }

  private func field(
    _ found: ArtifactReader.Found<Image>?, _ alt: String, below: HTML = .empty
  ) -> HTML {
    switch found {
    case nil: "<td class=\"soft\">none</td>"
    case .missing(let reason)?: "<td>\(ExplanationsSection.missing(reason))</td>"
    case .value(let image)?: "<td>\(Thumbnail.html(image, alt: alt))\(below)</td>"
    }
  }

  private func image(_ file: ArtifactManifest.File) -> ArtifactReader.Found<Image> {
    reader.image(file)
  }

  private func figure(_ file: ArtifactManifest.File) -> HTML {
    switch reader.image(file) {
    case .missing(let reason): ExplanationsSection.missing(reason)
    case .value(let image):
      """
      <figure>\(Thumbnail.html(image, alt: file.path))<figcaption>\(file.path)</figcaption></figure>
      """
    }
  }
}
