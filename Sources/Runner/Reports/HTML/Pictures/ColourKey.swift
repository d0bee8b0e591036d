internal import Imaging

/// The keys to the colours of explanations.
enum ColourKey {
  /// The keys of some kinds of pictures; empty for none.
  static func html(_ keys: Set<ExplanationTexts.Key>, masks: Bool) -> HTML {
    var items: [HTML] = []
    if keys.contains(.heat) {
      items.append(
        "<span>little support <i class=\"ramp\" style=\"background:linear-gradient(90deg,\(jet))\"></i> much support</span>"
      )
    }
    if keys.contains(.signed) {
      items.append("<span>contradicts the class <i class=\"ramp signed\"></i> supports it</span>")
    }
    if keys.contains(.regions) {
      items.append(
        """
        <span><i class="swatch for"></i>region that supports the class</span>
        <span><i class="swatch against"></i>region that contradicts it</span>
        <span><i class="swatch line"></i>outline of supporting regions</span>
        """)
    }
    if masks {
      items.append(
        """
        <span><i class="swatch cell"></i>outline of the cell</span>
        <span><i class="swatch line"></i>outline of its nucleus</span>
        """)
    }
    return items.isEmpty ? .empty : "<p class=\"legend\">\(HTML(items))</p>"
  }

  /// Stops of the heat map's colours.
  private static var jet: String {
    (0...8).map { step in
      let (red, green, blue) = ColourMap.jet(Float(step) / 8)
      return "rgb(\(red) \(green) \(blue))"
    }.joined(separator: ",")
  }
}
