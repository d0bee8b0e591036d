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
  /// The weight of the sample itself, and 1 - lambda that of the partner.
  var lambda = 1.0
}

/// The recipe of a `views` artifact: how training samples vary from epoch to epoch.
///
/// Epoch e trains on view `e % views`. Every draw is already in the table, so that rendering needs
/// no seed and a frozen network's activations can be kept per view.
struct ViewRecipe: Sendable {
  /// The file's name in an artifact.
  static let file = "views.csv"
  /// The columns of the file.
  static let columns = [
    "id", "view", "angle", "zoom", "flip_h", "flip_v", "brightness", "contrast", "partner",
    "lambda",
  ]
  /// One view that leaves every sample as it is.
  static let identity = ViewRecipe(views: 1, ids: [:], table: [])

  /// How many views a sample has, at least 1.
  let views: Int
  /// Where the views of a sample start in `table`, by id.
  private let ids: [String: Int]
  private let table: [View]

  private init(views: Int, ids: [String: Int], table: [View]) {
    (self.views, self.ids, self.table) = (views, ids, table)
  }

  /// The recipe of an artifact; a table without rows is the identity.
  init(_ artifact: InputArtifact) throws(StageFailure) {
    let rows = try artifact.rows(Self.file, Self.columns)
    guard let first = rows.first else {
      self = .identity
      return
    }
    let views = rows.prefix { $0[0] == first[0] }.count
    var ids: [String: Int] = [:]
    var table: [View] = []
    table.reserveCapacity(rows.count)
    for (index, row) in rows.enumerated() {
      guard let view = View(row: row), row[1] == String(index % views),
        index % views == 0
          ? ids.updateValue(index, forKey: row[0]) == nil : rows[index - 1][0] == row[0]
      else {
        throw artifact.failure(
          Self.file, "line \(index + 2): expected view \(index % views) of \(views) of a sample")
      }
      table.append(view)
    }
    guard rows.count.isMultiple(of: views) else {
      throw artifact.failure(Self.file, "the last sample has fewer than \(views) views")
    }
    self.init(views: views, ids: ids, table: table)
  }

  /// The image and the soft target of a training sample in a view.
  ///
  /// Flips, rotation and zoom come first, then brightness and contrast, then mixing (MixUp: Zhang
  /// et al. 2018): the partner is shown in its own row of the same view. `target` has `classes`
  /// weights that sum to 1.
  func render(
    _ index: Int, view: Int, from images: ImageSet, classIndex: [String: Int], classes: Int
  ) throws -> (image: Image, target: [Float]) {
    let sample = images.samples[index]
    let row = try self.view(view % views, of: sample.id)
    let image = row.shows(images.image(index))
    var target = [Float](repeating: 0, count: classes)
    target[try position(of: sample, classIndex)] += Float(row.lambda)
    guard !row.partner.isEmpty else { return (image, target) }
    guard let other = images.index(of: row.partner) else {
      throw StageFailure(
        "sample \(sample.id) is to be mixed with \(row.partner), which is not among the images",
        mend: "give 'augment' a split of the same images")
    }
    let partner = images.samples[other]
    target[try position(of: partner, classIndex)] += Float(1 - row.lambda)
    let shown = try self.view(view % views, of: partner.id).shows(images.image(other))
    return (image.mixed(with: shown, weight: row.lambda), target)
  }

  private func view(_ view: Int, of id: String) throws(StageFailure) -> View {
    guard !table.isEmpty else { return View() }
    guard let start = ids[id] else {
      throw StageFailure(
        "the recipe has no views of sample \(id)",
        mend: "give 'augment' the split that the training uses")
    }
    return table[start + view]
  }

  private func position(
    of sample: Sample, _ classIndex: [String: Int]
  ) throws(StageFailure) -> Int {
    guard let position = classIndex[sample.label] else {
      throw StageFailure("sample \(sample.id) has label '\(sample.label)', which is no class")
    }
    return position
  }
}

extension View {
  /// A view from a row of `views.csv`; `nil` if a field does not fit.
  init?(row: [String]) {
    let flags = ["0": false, "1": true]
    guard let angle = Double(row[2]), let zoom = Double(row[3]), zoom > 0,
      let horizontal = flags[row[4]], let vertical = flags[row[5]],
      let brightness = Double(row[6]), let contrast = Double(row[7]),
      let lambda = Double(row[9]), (0...1).contains(lambda)
    else { return nil }
    self.init(
      angle: angle, zoom: zoom, flipsHorizontally: horizontal, flipsVertically: vertical,
      brightness: brightness, contrast: contrast, partner: row[8], lambda: lambda)
  }

  /// The row of `views.csv` for a sample and the number of a view.
  func row(id: String, view: Int) -> [String] {
    let numbers = [angle, zoom, brightness, contrast, lambda].map(JSONCanonicalForm.text(of:))
    return [
      id, String(view), numbers[0], numbers[1], flipsHorizontally ? "1" : "0",
      flipsVertically ? "1" : "0", numbers[2], numbers[3], partner, numbers[4],
    ]
  }
}
