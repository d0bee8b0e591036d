/// What the models look at: overviews and overlays of explanations.
enum ExplanationsSection: ReportSection {
  static let (id, title) = ("explanations", "Explanations")

  static func body(_ context: ReportContext) -> HTML? {
    let albums = context.pictures.explanations
    return albums.isEmpty ? nil : HTML(albums.map(html))
  }

  /// An album with its heading, and what it leaves out.
  static func html(_ album: PictureSelection.Album) -> HTML {
    let more: HTML =
      album.cells.count > 1
      ? " <span class=\"soft\">and \(Display.count(album.cells.count - 1, "cell")) with the same pictures</span>"
      : .empty
    let large = album.large.map { picture -> HTML in
      "<figure class=\"big\">\(image(picture))<figcaption>\(picture.path)</figcaption></figure>"
    }
    let small = album.small.map { picture -> HTML in
      let caption = picture.caption.isEmpty ? picture.path : picture.caption
      return "<figure>\(image(picture))<figcaption>\(caption)</figcaption></figure>"
    }
    var notes = HTML(album.problems.prefix(5).map(SheetsSection.missing))
    if album.leftOut > 0 {
      notes += """
        <p class="soft small">\(Display.count(album.leftOut, "more picture")) in the artifact, left \
        out to keep this file small; 'assay checkout' extracts all.</p>
        """
    }
    return """
      <h3>\(album.cells[0]) <span class="soft">\(album.port)</span>\(more)</h3>
      \(HTML(large))<div class="gallery">\(HTML(small))</div>\(notes)
      """
  }

  private static func image(_ picture: PictureSelection.Picture) -> HTML {
    "<img alt=\"\(picture.path)\" src=\"data:image/png;base64,\(picture.base64)\">"
  }
}
