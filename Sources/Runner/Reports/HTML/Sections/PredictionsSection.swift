internal import PipelineDSL
internal import Store

/// What the models predict: crops that they got wrong, were least sure of, and got right.
enum PredictionsSection: ReportSection {
  static let (id, title) = ("predictions", "Predictions")
  /// Galleries in the report, how many are unfolded, and cells whose predictions are read.
  private static let (galleryLimit, openLimit, cellLimit) = (12, 1, 60)
  /// The pictures of all pages of a cell, hard samples shown, and bytes of predictions read.
  private static let (pageLimit, hardLimit, readLimit) = (600, 24, 64 << 20)

  /// The gallery of a cell, or why it has none.
  private struct Entry {
    let cells: [String]
    let crops: Digest
    let gallery: ArtifactReader.Found<PredictionGallery>
  }

  static func body(_ context: ReportContext) -> HTML? {
    let artifacts = context.pictures.artifacts { $0.type == .predictions }
      .filter { context.pictures.input(.images, of: $0.cell) != nil }
    guard !artifacts.isEmpty else { return nil }
    let entries = entries(artifacts, context)
    let shown = entries.prefix(galleryLimit)
    guard !shown.isEmpty else { return nil }
    let hard = hardSamples(entries, budget: context.pictures.shares.predictions / 4)
    let share = context.pictures.shares.predictions * 3 / 4 / shown.count
    let galleries = shown.enumerated().map { index, entry -> HTML in
      let more: HTML =
        entry.cells.count > 1
        ? " <span class=\"soft\">and \(Display.count(entry.cells.count - 1, "cell")) with the same predictions</span>"
        : .empty
      return """
        <details\(index < openLimit ? " open" : "")><summary><b>\(entry.cells.first ?? "")</b>\(more)</summary>
        \(gallery(entry, budget: share, context))</details>
        """
    }
    let rest = others(
      entries.dropFirst(galleryLimit), unread: artifacts.count - entries.count, context)
    return "\(hard)\(HTML(galleries))\(rest)"
  }

  private static func entries(
    _ artifacts: [ReportPictures.Found], _ context: ReportContext
  ) -> [Entry] {
    var (entries, bytes): ([Entry], Int) = ([], 0)
    for found in artifacts.prefix(cellLimit) {
      bytes += found.artifact.bytes
      guard bytes <= readLimit else { break }
      guard let images = context.pictures.input(.images, of: found.cell),
        let gallery = gallery(found, context)
      else { continue }
      entries.append(Entry(cells: found.cells, crops: images.digest, gallery: gallery))
    }
    return entries
  }

  private static func gallery(
    _ found: ReportPictures.Found, _ context: ReportContext
  ) -> ArtifactReader.Found<PredictionGallery>? {
    switch context.reader.files(found.artifact) {
    case .missing(let reason): return .missing(reason)
    case .value(let files):
      switch (
        context.reader.table(PredictionsFormat.file, in: files),
        context.pictures.crops(for: found.cell)
      ) {
      case (nil, _), (_, nil): return nil
      case (.missing(let reason)?, _), (_, .missing(let reason)?): return .missing(reason)
      case (.value(let table)?, .value(let crops)?):
        return PredictionAlbum(table).map { .value(PredictionGallery($0, crops)) }
          ?? .missing("\(PredictionsFormat.file) has no predictions")
      }
    }
  }

  private static func gallery(
    _ entry: Entry, budget: Int, _ context: ReportContext
  ) -> HTML {
    switch entry.gallery {
    case .missing(let reason): return missing(reason)
    case .value(let gallery):
      let album = gallery.album
      let (body, next) = gallery.part(of: album.shown, from: 0, budget: budget)
      let rest =
        next < album.all.count
        ? context.pictures.files.link(
          to: pages(of: gallery, entry, context), count: album.all.count, shown: next, "prediction")
        : .empty
      return """
        <p class="soft small">\(Display.count(album.all.count, "sample")) of the part \(album.part): \
        \(album.count(.wrong)) wrong, by falling probability; of the right ones, those with the lowest and \
        those with the highest probability. The number is the probability of the predicted class.</p>
        \(body)\(rest)<details><summary>right predictions by class and source</summary>\(gallery.scores)</details>
        """
    }
  }

  private static func pages(
    of gallery: PredictionGallery, _ entry: Entry, _ context: ReportContext
  ) -> String? {
    let picks = Array(gallery.album.all.prefix(pageLimit))
    let cell = entry.cells.first ?? ""
    return context.pictures.files.addPages(
      "predictions-\(cell)", title: "Predictions of \(cell)", count: picks.count
    ) { start, budget in gallery.part(of: picks, from: start, budget: budget) }
  }

  /// Links to the pages of the cells that have no gallery in the report.
  private static func others(
    _ rest: ArraySlice<Entry>, unread: Int, _ context: ReportContext
  ) -> HTML {
    let items = rest.map { entry -> HTML in
      guard case .value(let gallery) = entry.gallery,
        let link = pages(of: gallery, entry, context)
      else { return "<li>\(entry.cells.first ?? "")</li>" }
      return "<li><a href=\"\(link)\">\(entry.cells.first ?? "")</a></li>"
    }
    let list: HTML =
      items.isEmpty
      ? .empty
      : """
      <details><summary>\(Display.count(items.count, "more evaluated cell"))</summary>
      <ul>\(HTML(items))</ul></details>
      """
    guard unread > 0 else { return list }
    return """
      \(list)<p class="soft small">The predictions of \(Display.count(unread, "more cell")) are not shown; \
      'assay checkout' extracts them.</p>
      """
  }

  /// The samples that most of several models get wrong, for each set of images.
  private static func hardSamples(_ entries: [Entry], budget: Int) -> HTML {
    var order: [Digest] = []
    var galleries: [Digest: [PredictionGallery]] = [:]
    for entry in entries {
      guard case .value(let gallery) = entry.gallery else { continue }
      if galleries[entry.crops] == nil { order.append(entry.crops) }
      galleries[entry.crops, default: []].append(gallery)
    }
    let sets = order.compactMap { galleries[$0] }.filter { $0.count > 1 }
    return HTML(
      sets.map { galleries -> HTML in
        let hard = HardSamples(galleries.map(\.album)).samples
        guard let first = galleries.first, !hard.isEmpty else { return .empty }
        let figures = first.figures(of: hard.prefix(hardLimit), budget: budget / sets.count)
        return """
          <h3>Hard samples <span class="soft">\(Display.count(hard.count, "sample")) that most of \
          \(galleries.count) models get wrong</span></h3>
          \(figures)
          """
      })
  }
}
