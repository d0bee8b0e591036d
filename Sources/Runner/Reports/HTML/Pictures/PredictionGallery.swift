internal import Imaging
internal import PipelineDSL
internal import Store

/// The gallery of an evaluated cell: crops with their true and predicted classes.
struct PredictionGallery {
  let album: PredictionAlbum
  private let crops: CropImages

  /// A gallery of predictions of some crops.
  init(_ album: PredictionAlbum, _ crops: CropImages) { (self.album, self.crops) = (album, crops) }

  /// The right and all predictions by class and source, as a table.
  var scores: HTML {
    var counts: [String: [String: (right: Int, all: Int)]] = [:]
    for pick in album.all {
      let source = crops.about(pick.id)?.source ?? ""
      counts[pick.label, default: [:]][source, default: (0, 0)].all += 1
      if pick.kind != .wrong {
        counts[pick.label, default: [:]][source, default: (0, 0)].right += 1
      }
    }
    var table = DataTable(
      name: "right predictions by class and source",
      [
        .text("class"), .text("source"), .number("samples"), .number("right"),
        .number("share right"),
      ])
    for label in counts.keys.sorted(by: RunFacts.natural) {
      for (source, count) in (counts[label] ?? [:]).sorted(by: { $0.key < $1.key }) {
        table.append([
          .init(label), .init(source), .init(Double(count.all)), .init(Double(count.right)),
          .init(Double(count.right) / Double(count.all)),
        ])
      }
    }
    return table.html
  }

  /// Pictures from a position, at least one, as many as fit into a number of bytes, and the next
  /// position.
  func part(
    of picks: [PredictionAlbum.Pick], from start: Int, budget: Int
  ) -> (body: HTML, next: Int) {
    var (figures, size, next): ([HTML], Int, Int) = ([], 0, start)
    while next < picks.count {
      let figure = figure(picks[next])
      size += figure.text.utf8.count
      if next > start, size > budget { break }
      figures.append(figure)
      next += 1
    }
    return ("<div class=\"gallery\" data-gallery>\(HTML(figures))</div>", next)
  }

  /// Pictures of samples that most models get wrong, as many as fit into a number of bytes.
  func figures(of samples: ArraySlice<HardSamples.Sample>, budget: Int) -> HTML {
    var (figures, size): ([HTML], Int) = ([], 0)
    for sample in samples {
      let source = crops.about(sample.id)?.source ?? ""
      let figure: HTML = """
        <figure data-class="\(sample.label)" data-source="\(source)">\(picture(sample.id, sample.label))\
        <figcaption><b>\(sample.label)</b><br><span class="bad">wrong in \(sample.wrong) of \(sample.models)</span>\
        <br>mostly \(sample.mostPredicted)\(source.isEmpty ? .empty : "<br>\(source)")</figcaption></figure>
        """
      size += figure.text.utf8.count
      guard figures.isEmpty || size <= budget else { break }
      figures.append(figure)
    }
    return "<div class=\"gallery\" data-gallery>\(HTML(figures))</div>"
  }

  private func picture(_ id: String, _ alt: String) -> HTML {
    crops.image(id).map { Thumbnail.html($0, alt: alt) }
      ?? PredictionsSection.missing("not among the images")
  }

  private func figure(_ pick: PredictionAlbum.Pick) -> HTML {
    let source = crops.about(pick.id)?.source ?? ""
    let picture = picture(pick.id, "\(pick.label), predicted \(pick.predicted)")
    let style: HTML = pick.kind == .wrong ? "bad" : pick.kind == .unsure ? "warn" : "good"
    let probability: HTML = pick.probability.map { " \(Display.number($0))" } ?? .empty
    let verdict: HTML =
      pick.kind == .wrong
      ? "predicted <b>\(pick.predicted)</b>\(probability)" : "right\(probability)"
    return """
      <figure data-kind="\(pick.kind.rawValue)" data-class="\(pick.label)" data-source="\(source)">\(picture)\
      <figcaption><b>\(pick.label)</b><br><span class="\(style)">\(verdict)</span>\
      \(source.isEmpty ? .empty : "<br>\(source)")</figcaption></figure>
      """
  }
}
