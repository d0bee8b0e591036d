internal import PipelineDSL
internal import Store

/// The pictures of an `explanations` artifact as a table: one row per image, one column per view of
/// a method.
struct ExplanationAlbum {
  /// A column: a view of a method.
  struct View: Hashable {
    let method: String
    /// What tells the views of a method apart in their file names; often empty.
    let name: String
  }

  /// An image and its explanations.
  struct Row {
    let id: String
    let label: String
    let predicted: String
    let probability: Double?
    var pictures: [View: ArtifactManifest.File] = [:]
    /// How well the saliency of a method finds the nucleus, by method.
    var scores: [String: Double] = [:]
  }

  /// The columns, the views of a method side by side.
  private(set) var views: [View] = []
  /// The rows: the first image of each class, then the second of each, and so on.
  private(set) var rows: [Row] = []
  /// Pictures that the index does not name.
  private(set) var others: [ArtifactManifest.File] = []

  /// The column of the score that is shown.
  private static let score = "pixel-auroc"

  /// The album of the files of an artifact; without an index all pictures are `others`.
  init(_ files: [ArtifactManifest.File], index: CSVTable?) {
    let pictures = files.filter { $0.path.lowercased().hasSuffix(".png") }
    var unnamed = Dictionary(pictures.map { ($0.path, $0) }) { first, _ in first }
    guard let index, let columns = Columns(index) else {
      others = pictures
      return
    }
    var found: [String: Row] = [:]
    var order: [String] = []
    for fields in index.rows {
      let id = fields[columns.id]
      let method = fields[columns.method]
      if found[id] == nil { order.append(id) }
      var row =
        found[id]
        ?? Row(
          id: id, label: fields[columns.label],
          predicted: columns.predicted.map { fields[$0] } ?? "",
          probability: columns.probability.flatMap { Double(fields[$0]) })
      // A row names its files in one field, separated by spaces.
      let paths = fields[columns.files].split(separator: " ").map(String.init)
      let own = paths.filter { unnamed[$0] != nil }
      for (path, name) in zip(own, Self.names(of: own)) {
        let view = View(method: method, name: name)
        if !views.contains(view) { views.append(view) }
        row.pictures[view] = unnamed.removeValue(forKey: path)
      }
      row.scores[method] = columns.score.flatMap { Double(fields[$0]) }
      found[id] = row
    }
    let methods = Dictionary(zip(views.map(\.method), 0...)) { first, _ in first }
    views.sort { (methods[$0.method] ?? 0, $0.name) < (methods[$1.method] ?? 0, $1.name) }
    rows = PictureOrder.inTurn(order.compactMap { found[$0] }) { $0.label }
    // The table below is what the overview pages show, with heads.
    others = pictures.filter { file in
      unnamed[file.path] != nil
        && file.path.split(separator: "/").last?.hasPrefix("overview") != true
    }
  }

  /// The positions of the columns of an index.
  private struct Columns {
    let id, method, label, files: Int
    let predicted, probability, score: Int?

    init?(_ index: CSVTable) {
      typealias Column = ExplanationsFormat.Column
      guard let id = index.position(of: Column.id), let method = index.position(of: Column.method),
        let label = index.position(of: Column.label), let files = index.position(of: Column.files)
      else { return nil }
      (self.id, self.method, self.label, self.files) = (id, method, label, files)
      predicted = index.position(of: Column.predicted)
      probability = index.position(of: Column.probability)
      score = index.columns.firstIndex(of: ExplanationAlbum.score)
    }
  }

  /// What tells the pictures of one image apart: what follows the beginning that all names share.
  static func names(of paths: [String]) -> [String] {
    let stems = paths.map { $0.dropLast(4) }
    guard let first = stems.first else { return [] }
    let shared = stems.dropFirst().reduce(first.count) { shared, stem in
      min(shared, zip(first, stem).prefix { $0 == $1 }.count)
    }
    return stems.map { stem in
      String(stem.dropFirst(shared).drop { $0 == "-" })
    }
  }
}
