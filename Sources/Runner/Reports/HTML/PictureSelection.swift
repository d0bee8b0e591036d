internal import PipelineDSL
internal import Store

/// Selects the images of a report until the budget is spent: contact sheets first, then the
/// overviews of explanations and their single overlays, one of each class in turn.
struct PictureSelection {
  /// An image as embedded in the report.
  struct Picture {
    let path: String
    let caption: String
    /// PNG in base64.
    let base64: HTML
  }

  /// The images of one artifact.
  struct Album {
    /// The cells that produced the artifact, and its port.
    let cells: [String]
    let port: String
    /// Images to show large.
    var large: [Picture] = []
    /// Images to show small, side by side.
    var small: [Picture] = []
    /// How many images of the artifact are not shown.
    var leftOut = 0
    /// What could not be read.
    var problems: [String] = []
  }

  /// The maximum number of small images per artifact.
  static let smallLimit = 60
  /// The maximum number of sheets per artifact.
  static let sheetLimit = 6

  /// Albums of explanations, one per distinct artifact.
  private(set) var explanations: [Album] = []
  /// Albums of other artifacts that contain images.
  private(set) var sheets: [Album] = []
  private let reader: ArtifactReader
  private var remaining: Int

  /// An image that may be shown.
  private struct Candidate {
    let file: ArtifactManifest.File
    var caption: String
  }

  /// Selects from all artifacts of a run; `budget` is in bytes of base64.
  init(_ facts: RunFacts, _ reader: ArtifactReader, budget: Int) {
    self.reader = reader
    remaining = budget
    let artifacts = Self.artifacts(of: facts)
    // Good contact sheets are small; a limit of a quarter keeps large ones from displacing others.
    for (artifact, cells) in artifacts where ![.explanations, .masks].contains(artifact.type) {
      addSheets(artifact, cells, keeping: budget - budget / 4)
    }
    let explained = artifacts.filter { $0.0.type == .explanations }
    for (index, (artifact, cells)) in explained.enumerated() {
      let share = remaining / (explained.count - index)
      explanations.append(album(of: artifact, cells, share: share))
    }
  }

  /// The overview of an explanations artifact, if it leaves a quarter of the share for single
  /// images, and as many single images as the share allows.
  private mutating func album(
    of artifact: ArtifactRow, _ cells: [String], share: Int
  ) -> Album {
    var album = Album(cells: cells, port: artifact.port)
    switch reader.files(artifact) {
    case .missing(let reason): album.problems.append(reason)
    case .value(let files):
      let pictures = files.filter { Self.isPicture($0.path) }
      let floor = remaining - share
      for file in pictures where Self.isOverview(file.path) {
        let candidate = Candidate(file: file, caption: "")
        if let picture = take(candidate, &album, keeping: floor + share / 4) {
          album.large.append(picture)
        }
      }
      for candidate in candidates(pictures.filter { !Self.isOverview($0.path) }, files) {
        guard album.small.count < Self.smallLimit else {
          album.leftOut += 1
          continue
        }
        if let picture = take(candidate, &album, keeping: floor) { album.small.append(picture) }
      }
    }
    return album
  }

  /// Adds the images of an artifact that does not hold explanations, if it has any.
  private mutating func addSheets(
    _ artifact: ArtifactRow, _ cells: [String], keeping floor: Int
  ) {
    guard case .value(let files) = reader.files(artifact) else { return }
    let pictures = files.filter { Self.isPicture($0.path) }
    guard !pictures.isEmpty else { return }
    var album = Album(cells: cells, port: artifact.port)
    for file in pictures.prefix(Self.sheetLimit) {
      if let picture = take(Candidate(file: file, caption: ""), &album, keeping: floor) {
        album.large.append(picture)
      }
    }
    album.leftOut += max(0, pictures.count - Self.sheetLimit)
    sheets.append(album)
  }

  private static func isPicture(_ path: String) -> Bool { path.lowercased().hasSuffix(".png") }

  private static func isOverview(_ path: String) -> Bool {
    path.split(separator: "/").last?.hasPrefix("overview") == true
  }

  /// Every distinct artifact with the cells that produced it, in the order of the cells.
  private static func artifacts(of facts: RunFacts) -> [(ArtifactRow, [String])] {
    var order: [(ArtifactRow, [String])] = []
    var place: [Digest: Int] = [:]
    for cell in facts.cells {
      for artifact in cell.artifacts {
        if let at = place[artifact.digest] {
          order[at].1.append(cell.row.cell)
        } else {
          place[artifact.digest] = order.count
          order.append((artifact, [cell.row.cell]))
        }
      }
    }
    return order
  }

  private static func encodedSize(_ size: Int) -> Int { (min(size, 1 << 40) + 2) / 3 * 4 }

  /// Reads an image, unless less than `floor` bytes of the budget would be left.
  private mutating func take(
    _ candidate: Candidate, _ album: inout Album, keeping floor: Int
  ) -> Picture? {
    guard remaining - Self.encodedSize(candidate.file.size) >= max(0, floor) else {
      album.leftOut += 1
      return nil
    }
    switch reader.bytes(candidate.file) {
    case .missing(let reason):
      album.problems.append(reason)
      return nil
    case .value(let bytes):
      guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
        album.problems.append("\(candidate.file.path) is not a PNG")
        return nil
      }
      remaining -= Self.encodedSize(bytes.count)
      return Picture(
        path: candidate.file.path, caption: candidate.caption,
        base64: HTML.base64(bytes))
    }
  }

  /// Images in order of priority: the first of each class, then the second of each, and so on; the
  /// classes come from `index.csv`.
  private func candidates(
    _ pictures: [ArtifactManifest.File], _ files: [ArtifactManifest.File]
  ) -> [Candidate] {
    let plain = pictures.map { Candidate(file: $0, caption: "") }
    let byPath = Dictionary(plain.map { ($0.file.path, $0) }) { first, _ in first }
    // A row names its files in one field, separated by spaces.
    func paths(_ field: String) -> [String] {
      field.split(separator: " ").map(String.init).filter { byPath[$0] != nil }
    }
    guard case .value(let table)? = reader.table(ExplanationsFormat.file, in: files),
      let pathColumn = table.columns.indices.first(where: { column in
        table.rows.contains { !paths($0[column]).isEmpty }
      })
    else { return plain }
    let classColumn = table.position(of: ExplanationsFormat.Column.label)
    var groups: [String: [Candidate]] = [:]
    var named: Set<String> = []
    for row in table.rows {
      let caption = Self.caption(Dictionary(zip(table.columns, row)) { first, _ in first })
      for path in paths(row[pathColumn]) where named.insert(path).inserted {
        guard var candidate = byPath[path] else { continue }
        candidate.caption = caption
        groups[classColumn.map { row[$0] } ?? "", default: []].append(candidate)
      }
    }
    var turn: [Candidate] = []
    let classes = groups.keys.sorted()
    for round in 0..<(groups.values.map(\.count).max() ?? 0) {
      for name in classes {
        if let group = groups[name], round < group.count { turn.append(group[round]) }
      }
    }
    return turn + plain.filter { !named.contains($0.file.path) }
  }

  /// The caption of an image: `grad-cam · ALL, predicted AML (0.8700)`.
  private static func caption(_ fields: [String: String]) -> String {
    var words = [fields["method"], fields["label"]].compactMap { $0 }.joined(separator: " · ")
    guard let predicted = fields["predicted"] else { return words }
    words += predicted == fields["label"] ? "" : ", predicted \(predicted)"
    return words + (fields["probability"].map { " (\(short($0)))" } ?? "")
  }

  /// A field of an index; numbers are shortened.
  private static func short(_ field: String) -> String {
    guard field.contains("."), let value = Double(field) else { return field }
    return Display.number(value)
  }
}
