/// A drawing with a name and a caption, as a page shows it and `assay figure` writes it.
struct Figure: Sendable {
  /// A name that is unique within a report: `curves/model/loss`.
  let name: String
  /// What is drawn.
  let drawing: any Drawing
  /// What a reader must know to judge the drawing: n, seeds, interval and test.
  let caption: String
  /// What stands above the drawing on a page; empty for nothing.
  var heading = HTML.empty

  /// A figure of a drawing.
  init(_ drawing: any Drawing, name: String, caption: String, heading: HTML = .empty) {
    (self.drawing, self.name) = (drawing, name)
    (self.caption, self.heading) = (caption, heading)
  }

  /// The stage in the name.
  var stage: String {
    StageGraph.stage(of: name.split(separator: "/").dropFirst().first.map(String.init) ?? "")
  }

  /// The figure on a page; the script of the page adds the button that saves it.
  var html: HTML {
    let head: HTML = heading.text.isEmpty ? .empty : "<h3>\(heading)</h3>"
    return """
      <figure class="drawing" data-figure="\(name)">\(head)<div class="scroll">\(drawing.svg)</div>\
      <figcaption>\(caption)</figcaption></figure>
      """
  }

  /// The figure in a card of its own.
  var card: HTML { "<div class=\"card\">\(html)</div>" }
}

/// Some figures of a run, and how many more there are.
struct FigureList {
  /// The figures, in order.
  var figures: [Figure] = []
  /// The number of figures that the limit left out.
  var leftOut = 0

  /// The figures of a kind, each in a card; empty without any.
  func cards(_ isIncluded: (Figure) -> Bool = { _ in true }) -> HTML {
    let cards = figures.filter(isIncluded).map(\.card)
    return cards.isEmpty ? .empty : "<div class=\"cards\">\(HTML(cards))</div>"
  }

  /// The note on the figures that were left out; empty without any.
  var rest: HTML {
    leftOut == 0
      ? .empty
      : """
      <p class="soft small">and \(Display.count(leftOut, "more figure")); 'assay figure' lists all</p>
      """
  }
}

/// Something of a run that is shown as figures.
protocol FigureSource: SendableMetatype {
  /// The figures of a run, at most `limit` of them.
  static func figures(_ facts: RunFacts, _ reader: ArtifactReader, limit: Int) -> FigureList
}
