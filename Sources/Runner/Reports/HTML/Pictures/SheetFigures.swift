internal import Imaging
internal import PipelineDSL
internal import Store

/// Shows whole pictures, such as contact sheets, until a number of bytes is spent; the rest become
/// files beside the report.
struct SheetFigures {
  /// The longest edge of a picture in a report, in pixels.
  private static let edge = 1_000

  private let context: ReportContext
  private var remaining: Int

  /// Figures in a number of bytes.
  init(_ context: ReportContext, budget: Int) { (self.context, remaining) = (context, budget) }

  /// A picture of a cell with its caption, or the reason why it is not shown.
  mutating func figure(
    _ file: ArtifactManifest.File, of cell: String, caption: HTML
  ) -> HTML {
    switch context.reader.image(file) {
    case .missing(let reason): return SheetsSection.missing(reason)
    case .value(let image):
      let html: HTML = """
        <figure class="big">\(Thumbnail.html(image, alt: "\(file.path) of \(cell)", edge: Self.edge))\
        <figcaption>\(caption)</figcaption></figure>
        """
      guard html.text.utf8.count <= remaining else { return link(file, of: cell, caption) }
      remaining -= html.text.utf8.count
      return html
    }
  }

  private func link(_ file: ArtifactManifest.File, of cell: String, _ caption: HTML) -> HTML {
    guard case .value(let bytes) = context.reader.bytes(file),
      let link = context.pictures.files.add("\(cell)-\(file.path.dropLast(4))", "png", bytes)
    else {
      return SheetsSection.missing(
        "\(file.path) is left out to keep this file small; 'assay checkout' extracts it")
    }
    return "<p><a href=\"\(link)\">\(file.path)</a> \(caption)</p>"
  }
}
