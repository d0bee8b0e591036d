internal import Imaging
internal import PipelineDSL

/// One way in which a training sample is shown: a row of `views.csv`.
struct View: Sendable, Hashable {
  /// Counter-clockwise rotation in degrees.
  var angle = 0.0
  /// Magnification; 1 leaves the size.
  var zoom = 1.0
  /// Whether left and right are exchanged.
  var flipsHorizontally = false
  /// Whether top and bottom are exchanged.
  var flipsVertically = false
  /// The factor of torchvision's `adjust_brightness`; 1 leaves the image.
  var brightness = 1.0
  /// The factor of torchvision's `adjust_contrast`; 1 leaves the image.
  var contrast = 1.0
  /// The id of the sample that is mixed in; empty for none.
  var partner = ""
  /// The weight of the sample itself, and 1 - lambda that of the partner; with a box, what was drawn.
  var lambda = 1.0
  /// By how much of their distance from the middle rows and columns move.
  var shear = (x: 0.0, y: 0.0)
  /// By what share of width and height the picture moves.
  var pan = (x: 0.0, y: 0.0)
  /// The share of the picture's relief in it.
  var emboss = 0.0
  /// What is done then, one after the other.
  var operations: [ImageOperation] = []
  /// The part that is the partner's, as shares of width and height; nothing where pixels are mixed.
  var box: Box?
  /// The copies that AugMix shows beside the view itself: none or two.
  var mixes: [Mix] = []

  /// A rectangle in shares of width and height.
  struct Box: Sendable, Hashable {
    var left, top, right, bottom: Double
  }

  /// One of AugMix's copies: chains of operations, mixed with each other and with the picture.
  struct Mix: Sendable, Hashable {
    /// A chain and its weight; weights sum to 1.
    struct Chain: Sendable, Hashable {
      var weight: Double
      var operations: [ImageOperation]
    }

    var chains: [Chain]
    /// The share of the chains' mixture; the rest is the picture.
    var share: Double
  }

  static func == (left: View, right: View) -> Bool {
    left.row(id: "", view: 0) == right.row(id: "", view: 0)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(row(id: "", view: 0)) }
}

extension View {
  /// The columns of `views.csv` behind id and view.
  static let columns = [
    "angle", "zoom", "flip_h", "flip_v", "brightness", "contrast", "partner", "lambda", "shear_x",
    "shear_y", "pan_x", "pan_y", "emboss", "operations", "box", "mix_1", "mix_2",
  ]

  /// A view from a row of `views.csv`; `nil` if a field does not fit.
  init?(row: [String]) {
    let flags = ["0": false, "1": true]
    let numbers = [2, 3, 6, 7, 9, 10, 11, 12, 13, 14].compactMap { Double(row[$0]) }
    // Far more than `augment` draws, and few enough that no picture overflows.
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
    guard mixes.count != 1 else { return nil }
  }

  /// The row of `views.csv` for a sample and the number of a view.
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

  /// `rotate 12.5; equalize`.
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
  /// `0.4: rotate 3; equalize | 0.6: shear-x 0.1 @ 0.7`: weights and chains, and behind `@` the share.
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

  /// As `init(text:)` reads it.
  var text: String {
    chains.map {
      "\(JSONCanonicalForm.text(of: $0.weight)): \(View.text($0.operations, separator: "; "))"
    }.joined(separator: " | ") + " @ \(JSONCanonicalForm.text(of: share))"
  }
}
