internal import Imaging
internal import PipelineDSL

/// One augmented view of a training sample: a row of `views.csv`.
struct View: Sendable, Hashable {
  /// Counter-clockwise rotation in degrees.
  var angle = 0.0
  /// Magnification; 1 for the original size.
  var zoom = 1.0
  /// Whether left and right are swapped.
  var flipsHorizontally = false
  /// Whether top and bottom are swapped.
  var flipsVertically = false
  /// The factor of torchvision's `adjust_brightness`; 1 for no change.
  var brightness = 1.0
  /// The factor of torchvision's `adjust_contrast`; 1 for no change.
  var contrast = 1.0
  /// The id of the sample that is mixed in; empty for none.
  var partner = ""
  /// The weight of the sample itself; the partner's is 1 - lambda.
  ///
  /// With a box, it is the value as drawn, before the box is clipped.
  var lambda = 1.0
  /// The shear of rows and columns, relative to their distance from the centre.
  var shear = (x: 0.0, y: 0.0)
  /// The shift, as a share of width and height.
  var pan = (x: 0.0, y: 0.0)
  /// The weight of the embossed image.
  var emboss = 0.0
  /// The operations applied after the plain transforms, in order.
  var operations: [ImageOperation] = []
  /// The box that is replaced by the partner's pixels; `nil` if pixels are mixed.
  var box: Box?
  /// The mixed images of AugMix: one that is the view, or two copies beside the view.
  var mixes: [Mix] = []

  /// A rectangle in shares of width and height.
  struct Box: Sendable, Hashable {
    var left, top, right, bottom: Double
  }

  /// One of AugMix's mixed images: chains of operations, mixed with each other and with the image.
  struct Mix: Sendable, Hashable {
    /// A chain and its weight; weights sum to 1.
    struct Chain: Sendable, Hashable {
      var weight: Double
      var operations: [ImageOperation]
    }

    var chains: [Chain]
    /// The share of the mixed chains; the rest is the image.
    var share: Double
  }

  /// The number of images per sample: 1, or 3 with two copies of AugMix.
  var copies: Int { mixes.count > 1 ? 1 + mixes.count : 1 }

  static func == (left: View, right: View) -> Bool {
    left.row(id: "", view: 0) == right.row(id: "", view: 0)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(row(id: "", view: 0)) }
}

extension View {
  /// The columns of `views.csv` after id and view.
  static let columns = [
    "angle", "zoom", "flip_h", "flip_v", "brightness", "contrast", "partner", "lambda", "shear_x",
    "shear_y", "pan_x", "pan_y", "emboss", "operations", "box", "mix_1", "mix_2",
  ]

  /// Parses a row of `views.csv`; `nil` if a field is invalid.
  init?(row: [String]) {
    let flags = ["0": false, "1": true]
    let numbers = [2, 3, 6, 7, 9, 10, 11, 12, 13, 14].compactMap { Double(row[$0]) }
    // The limits far exceed what `augment` draws, and keep rendering from overflowing.
    guard numbers.count == 10, numbers.allSatisfy({ abs($0) <= 1e4 }), numbers[1] >= 1e-4,
      numbers[2] >= 0, numbers[3] >= 0, numbers[5] * numbers[6] != 1, (0...1).contains(numbers[9]),
      let horizontal = flags[row[4]], let vertical = flags[row[5]], (0...1).contains(numbers[4]),
      let operations = Self.operations(row[15], separator: ";")
    else { return nil }
    (angle, zoom, brightness, contrast) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (flipsHorizontally, flipsVertically) = (horizontal, vertical)
    (partner, lambda) = (row[8], numbers[4])
    (shear, pan, emboss) = ((numbers[5], numbers[6]), (numbers[7], numbers[8]), numbers[9])
    self.operations = operations
    if !row[16].isEmpty {
      let edges = row[16].split(separator: " ").compactMap { Double($0) }
      guard edges.count == 4, edges.allSatisfy((0...1).contains), edges[0] <= edges[2],
        edges[1] <= edges[3]
      else { return nil }
      box = Box(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
    }
    for text in row[17...18] where !text.isEmpty {
      guard let mix = Mix(text: text) else { return nil }
      mixes.append(mix)
    }
    guard row[18].isEmpty || mixes.count == 2 else { return nil }
  }

  /// The row of `views.csv` for a sample and a view number.
  func row(id: String, view: Int) -> [String] {
    func text(_ number: Double) -> String { JSONCanonicalForm.text(of: number) }
    let edges = box.map { [$0.left, $0.top, $0.right, $0.bottom] } ?? []
    return [
      id, String(view), text(angle), text(zoom), flipsHorizontally ? "1" : "0",
      flipsVertically ? "1" : "0", text(brightness), text(contrast), partner, text(lambda),
      text(shear.x), text(shear.y), text(pan.x), text(pan.y), text(emboss),
      Self.text(operations, separator: "; "), edges.map(text).joined(separator: " "),
      mixes.first?.text ?? "", mixes.dropFirst().first?.text ?? "",
    ]
  }

  /// Formats operations, such as `rotate 12.5; equalize`.
  fileprivate static func text(_ operations: [ImageOperation], separator: String) -> String {
    operations.map { $0.text(JSONCanonicalForm.text(of:)) }.joined(separator: separator)
  }

  fileprivate static func operations(
    _ text: some StringProtocol, separator: Character
  ) -> [ImageOperation]? {
    let words = text.split(separator: separator)
    let operations = words.compactMap { ImageOperation(text: $0) }
    return operations.count == words.count ? operations : nil
  }
}

extension View.Mix {
  /// Parses weights and chains, and the share after `@`.
  ///
  /// For example: `0.4: rotate 3; equalize | 0.6: shear-x 0.1 @ 0.7`.
  init?(text: String) {
    let halves = text.split(separator: "@")
    guard halves.count == 2, let share = Double(halves[1].filter { $0 != " " }),
      (0...1).contains(share)
    else { return nil }
    self.share = share
    chains = []
    for part in halves[0].split(separator: "|") {
      let pair = part.split(separator: ":", omittingEmptySubsequences: false)
      guard pair.count == 2, let weight = Double(pair[0].filter { $0 != " " }),
        (0...1).contains(weight),
        let operations = View.operations(pair[1], separator: ";")
      else { return nil }
      chains.append(Chain(weight: weight, operations: operations))
    }
  }

  /// The text that `init(text:)` parses.
  var text: String {
    chains.map {
      "\(JSONCanonicalForm.text(of: $0.weight)): \(View.text($0.operations, separator: "; "))"
    }.joined(separator: " | ") + " @ \(JSONCanonicalForm.text(of: share))"
  }
}
