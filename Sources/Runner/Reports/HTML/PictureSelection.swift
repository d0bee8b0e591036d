internal import Foundation
internal import PipelineDSL
internal import Store

/// Which pictures a report takes in: overviews first, then contact sheets, then single overlays,
/// each class in turn, until the budget is spent.
struct PictureSelection {
  /// A picture as the report holds it.
  struct Picture {
    let path: String
    let caption: String
    /// PNG in base64.
    let base64: String
  }

  /// The pictures of one artifact.
  struct Album {
    /// The cells that gave the artifact, and its port.
    let cells: [String]
    let port: String
    /// Pictures to be shown large.
    var large: [Picture] = []
    /// Pictures to be shown small, beside each other.
    var small: [Picture] = []
    /// How many pictures the artifact has that are not shown.
    var leftOut = 0
    /// What could not be read.
    var problems: [String] = []
  }

  /// The most small pictures of one artifact.
  static let smallLimit = 60
  /// The most sheets of one artifact.
  static let sheetLimit = 6

  /// Albums of explanations, a distinct artifact each.
  private(set) var explanations: [Album] = []
  /// Albums of other artifacts that hold pictures.
  private(set) var sheets: [Album] = []
  private let reader: ArtifactReader
  private var remaining: Int

  /// A picture that may be shown.
  private struct Candidate {
    let file: ArtifactManifest.File
    var caption: String
  }

  /// Selects from all artifacts of a run; `budget` is in bytes of base64.
  init(_ facts: RunFacts, _ reader: ArtifactReader, budget: Int) {
    self.reader = reader
    remaining = budget
    let artifacts = Self.artifacts(of: facts)
    var overlays: [[Candidate]] = []
    for (artifact, cells) in artifacts where artifact.type == .explanations {
      var album = Album(cells: cells, port: artifact.port)
      overlays.append(addOverviews(artifact, to: &album))
      explanations.append(album)
    }
    for (artifact, cells) in artifacts where ![.explanations, .masks].contains(artifact.type) {
      addSheets(artifact, cells)
    }
    for (index, candidates) in overlays.enumerated() {
      // What is left is shared evenly among the albums that come.
      let reserve = remaining - remaining / (overlays.count - index)
      var album = explanations[index]
      for candidate in candidates {
        let size = Self.encodedSize(candidate.file.size)
        if album.small.count < Self.smallLimit, remaining - size >= reserve {
          if let picture = take(candidate, &album) { album.small.append(picture) }
        } else {
          album.leftOut += 1
        }
      }
      explanations[index] = album
    }
  }

  /// Takes the overviews of an explanations artifact; gives the rest in order of merit.
  private mutating func addOverviews(
    _ artifact: ArtifactRow, to album: inout Album
  ) -> [Candidate] {
    switch reader.files(artifact) {
    case .missing(let reason):
      album.problems.append(reason)
      return []
    case .value(let files):
      let pictures = files.filter { Self.isPicture($0.path) }
      for file in pictures where Self.isOverview(file.path) {
        if let picture = take(Candidate(file: file, caption: ""), &album) {
          album.large.append(picture)
        }
      }
      return candidates(pictures.filter { !Self.isOverview($0.path) }, files)
    }
  }

  /// Takes the pictures of an artifact that is no explanation, if it has any.
  private mutating func addSheets(_ artifact: ArtifactRow, _ cells: [String]) {
    guard case .value(let files) = reader.files(artifact) else { return }
    let pictures = files.filter { Self.isPicture($0.path) }
    guard !pictures.isEmpty else { return }
    var album = Album(cells: cells, port: artifact.port)
    for file in pictures.prefix(Self.sheetLimit) {
      if let picture = take(Candidate(file: file, caption: ""), &album) {
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

  /// Every distinct artifact with the cells that gave it, in the order of the cells.
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

  private mutating func take(_ candidate: Candidate, _ album: inout Album) -> Picture? {
    guard Self.encodedSize(candidate.file.size) <= remaining else {
      album.leftOut += 1
      return nil
    }
    switch reader.bytes(candidate.file) {
    case .missing(let reason):
      album.problems.append(reason)
      return nil
    case .value(let bytes):
      guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
        album.problems.append("\(candidate.file.path) is no PNG")
        return nil
      }
      remaining -= Self.encodedSize(bytes.count)
      return Picture(
        path: candidate.file.path, caption: candidate.caption,
        base64: Data(bytes).base64EncodedString())
    }
  }

  /// Pictures in the order in which they deserve to be shown: of each class the first, then of each
  /// the second, and so on, as `index.csv` tells their classes.
  private func candidates(
    _ pictures: [ArtifactManifest.File], _ files: [ArtifactManifest.File]
  ) -> [Candidate] {
    let plain = pictures.map { Candidate(file: $0, caption: "") }
    guard case .value(let table)? = reader.table("index.csv", in: files),
      let pathColumn = table.columns.indices.first(where: { column in
        table.rows.contains { $0[column].lowercased().hasSuffix(".png") }
      })
    else { return plain }
    let classColumn = table.columns.firstIndex(of: "label") ?? table.columns.firstIndex(of: "true")
    let shownColumns = table.columns.indices.filter { column in
      !["id", "sample", "file", "path"].contains(table.columns[column]) && column != pathColumn
        && !table.rows.contains { $0[column].lowercased().hasSuffix(".png") }
    }
    let byPath = Dictionary(plain.map { ($0.file.path, $0) }) { first, _ in first }
    var groups: [String: [Candidate]] = [:]
    var named: Set<String> = []
    for row in table.rows {
      guard var candidate = byPath[row[pathColumn]], named.insert(row[pathColumn]).inserted else {
        continue
      }
      candidate.caption = shownColumns.filter { !row[$0].isEmpty }
        .map { "\(table.columns[$0]) \(Self.short(row[$0]))" }.joined(separator: " · ")
      groups[classColumn.map { row[$0] } ?? "", default: []].append(candidate)
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

  /// A field of an index: numbers with few digits.
  private static func short(_ field: String) -> String {
    guard field.contains("."), let value = Double(field) else { return field }
    return Display.number(value)
  }
}
