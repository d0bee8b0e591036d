/// A drawing with a name and a caption, as a page shows it and `assay figure` writes it.
struct Figure: Sendable {
  /// A name that is unique within a report: `curves/model/loss`.
  let name: String
  /// What is drawn.
  let drawing: any Drawing
  /// What a reader must know to judge the drawing: n, seeds, interval and test.
  let caption: String

  /// A figure of a drawing.
  init(_ drawing: any Drawing, name: String, caption: String) {
    (self.drawing, self.name, self.caption) = (drawing, name, caption)
  }

  /// The figure on a page; the script of the page adds the button that saves it.
  var html: HTML {
    """
    <figure class="drawing" data-figure="\(name)">\(drawing.svg)\
    <figcaption>\(caption)</figcaption></figure>
    """
  }
}
