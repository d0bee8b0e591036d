internal import Imaging
internal import PipelineDSL

/// The recipe of a `views` artifact: how training samples vary from epoch to epoch.
///
/// Epoch e trains on view `e % views`. Every draw is already in the table, so rendering needs no
/// seed, and a frozen network's activations can be cached per view. Or each epoch draws new views
/// by a rule.
struct ViewRecipe: Sendable {
  /// The file's name in an artifact.
  static let file = ViewsFormat.file
  /// The columns of the file.
  static let columns = ["id", "view"] + View.columns
  /// One view that leaves every sample unchanged.
  static let identity = ViewRecipe(views: 1, ids: [:], table: [])

  /// The number of views per sample; 0 if each epoch draws new ones.
  let views: Int
  /// Where the views of a sample start in `table`, by id.
  private let ids: [String: Int]
  private let table: [View]
  private let fresh: FreshViews?

  /// Whether each epoch draws new views.
  var isFresh: Bool { fresh != nil }
  /// The number of images per sample in a view: 1, or 3 for AugMix's consistency form.
  var copies: Int { fresh?.copies ?? table.first?.copies ?? 1 }

  private init(views: Int, ids: [String: Int], table: [View], fresh: FreshViews? = nil) {
    (self.views, self.ids, self.table, self.fresh) = (views, ids, table, fresh)
  }

  /// Reads the recipe of an artifact; a table without rows is the identity.
  init(_ artifact: InputArtifact) throws(StageError) {
    guard artifact.files[ViewRule.file] == nil else {
      self.init(views: 0, ids: [:], table: [], fresh: try FreshViews(artifact))
      return
    }
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
        view.mixes.count == (table.first ?? view).mixes.count,
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

  /// The images and the soft target of a training sample in a view.
  struct Rendering {
    /// The image in this view, and with AugMix's consistency form its two mixed copies.
    let images: [Image]
    /// One weight per class; they sum to 1.
    let target: [Float]
  }

  /// The number of the view in which an epoch shows a sample for the n-th time, from 0.
  func number(epoch: Int, occurrence: Int) -> Int {
    isFresh ? epoch + FreshViews.limit * occurrence : (epoch + occurrence) % views
  }

  /// Renders a training sample.
  ///
  /// The view's own transforms come first, then mixing (MixUp: Zhang et al. 2018) or pasting
  /// (CutMix: Yun et al. 2019): the partner is rendered in its own view of the same number.
  func render(
    _ index: Int, view: Int, from images: ImageSet, classIndex: [String: Int], classes: Int
  ) throws -> Rendering {
    let sample = images.samples[index]
    let row = try self.view(view, of: sample.id)
    var shown = row.shows(try images.image(index))
    var target = [Float](repeating: 0, count: classes)
    var own = row.lambda
    if !row.partner.isEmpty {
      guard let other = images.index(of: row.partner) else {
        throw StageError(
          "sample \(sample.id) is to be mixed with \(row.partner), which is not among the images",
          hint: "connect 'augment' to a split of the same images")
      }
      let guest = images.samples[other]
      // A repeated sample's partner is shown as when the epoch shows it first.
      let picture = try self.view(view % FreshViews.limit, of: guest.id).shows(
        try images.image(other))
      if let box = row.box {
        own = shown.paste(picture, box)
      } else {
        shown = shown.mixed(with: picture, weight: own)
      }
      target[try position(of: guest, classIndex)] += Float(1 - own)
    }
    target[try position(of: sample, classIndex)] += Float(own)
    let mixed = row.mixes.map { $0.shows(shown) }
    return Rendering(images: mixed.count == 1 ? mixed : [shown] + mixed, target: target)
  }

  private func view(_ view: Int, of id: String) throws(StageError) -> View {
    guard isFresh || !table.isEmpty else { return View() }
    guard let found = fresh?.view(view, of: id) ?? ids[id].map({ table[$0 + view % views] }) else {
      throw StageError(
        "the recipe has no views of sample \(id)",
        hint: "connect 'augment' to the split that training uses")
    }
    return found
  }

  private func position(
    of sample: Sample, _ classIndex: [String: Int]
  ) throws(StageError) -> Int {
    guard let position = classIndex[sample.label] else {
      throw StageError("sample \(sample.id) has label '\(sample.label)', which is not a class")
    }
    return position
  }
}
