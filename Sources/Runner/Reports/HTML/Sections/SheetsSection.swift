internal import PipelineDSL
internal import Store

/// Images before and after the crop, augmented views, and other pictures that stages write beside
/// their results.
enum SheetsSection: ReportSection {
  static let (id, title) = ("sheets", "Images")
  /// Artifacts that are shown, and pictures of each.
  private static let (artifactLimit, pictureLimit) = (24, 8)

  static func body(_ context: ReportContext) -> HTML? {
    let artifacts = context.pictures.artifacts {
      $0.type == .files && $0.port != FindingsFormat.port
    }
    var figures = SheetFigures(context, budget: context.pictures.shares.sheets * 2 / 3)
    var (albums, more): ([HTML], Int) = ([], 0)
    for found in artifacts {
      guard case .value(let files) = context.reader.files(found.artifact) else { continue }
      let pictures = files.filter { $0.path.lowercased().hasSuffix(".png") }
      guard !pictures.isEmpty else { continue }
      guard albums.count < artifactLimit else {
        more += 1
        continue
      }
      albums.append(album(of: found, pictures, &figures, context))
    }
    guard !albums.isEmpty else { return nil }
    let rest: HTML =
      more == 0
      ? .empty
      : "<p class=\"soft small\">and the pictures of \(Display.count(more, "more cell")); 'assay checkout' extracts them</p>"
    return "\(HTML(albums))\(rest)"
  }

  private static func album(
    of found: ReportPictures.Found, _ pictures: [ArtifactManifest.File],
    _ figures: inout SheetFigures, _ context: ReportContext
  ) -> HTML {
    let same: HTML =
      found.cells.count > 1
      ? " and \(Display.count(found.cells.count - 1, "cell")) with the same pictures" : .empty
    let text = SheetTexts.text(kind: found.kind)
    let title: HTML = """
      <h3>\(text?.title ?? found.artifact.port) <span class="soft">\(found.cell)\(same)</span></h3>
      """
    if let views = ViewTable(found, pictures, context) { return "\(title)\(views.html)" }
    let shown = pictures.prefix(pictureLimit).map { file in
      figures.figure(file, of: found.cell, caption: text.map { "\($0.about)" } ?? "\(file.path)")
    }
    let rest: HTML =
      pictures.count > shown.count
      ? "<p class=\"soft small\">and \(Display.count(pictures.count - shown.count, "more picture")); 'assay checkout' extracts all</p>"
      : .empty
    return "\(title)\(HTML(shown))\(rest)"
  }
}
