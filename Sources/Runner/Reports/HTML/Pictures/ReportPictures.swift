internal import Imaging
internal import PipelineDSL
internal import Store

/// The pictures of a report: how many bytes they may take, where the crops of a cell are, and the
/// files beside the report.
final class ReportPictures {
  /// The bytes that each kind of picture may add to the report; they share the budget.
  struct Shares {
    let predictions: Int
    let explanations: Int
    let sheets: Int

    /// Shares of a budget in bytes.
    init(of budget: Int) {
      (predictions, sheets) = (budget * 3 / 10, budget * 3 / 10)
      explanations = budget - predictions - sheets
    }
  }

  /// The shares of the budget.
  let shares: Shares
  /// The files beside the report.
  let files: ReportFiles
  private let facts: RunFacts
  private let reader: ArtifactReader
  private let artifacts: [String: [ArtifactRow]]
  private var crops: [Digest: ArtifactReader.Found<CropImages>] = [:]
  private var masks: [Digest: ArtifactReader.Found<CellMasks>] = [:]

  /// The pictures of a run, in `budget` bytes of the report.
  init(_ facts: RunFacts, _ reader: ArtifactReader, budget: Int, files: ReportFiles) {
    (self.facts, self.reader, self.files) = (facts, reader, files)
    shares = Shares(of: budget)
    artifacts = Dictionary(facts.cells.map { ($0.row.cell, $0.artifacts) }) { first, _ in first }
  }

  /// The artifact of a type that a cell takes, if it takes one.
  func input(_ type: ArtifactType, of cell: String) -> ArtifactRow? {
    for edge in facts.inputs[cell] ?? [] {
      let found = artifacts[edge.from]?.first { $0.port == edge.output && $0.type == type }
      if let found { return found }
    }
    return nil
  }

  /// The artifact of a type that a cell made, if it made one.
  func output(_ type: ArtifactType, of cell: String) -> ArtifactRow? {
    artifacts[cell]?.first { $0.type == type }
  }

  /// The crops that a cell takes; `nil` if it takes none.
  func crops(for cell: String) -> ArtifactReader.Found<CropImages>? {
    input(.images, of: cell).map { artifact in
      if let known = crops[artifact.digest] { return known }
      let found = CropImages.open(artifact, reader)
      crops[artifact.digest] = found
      return found
    }
  }

  /// The masks that a cell takes; `nil` if it takes none.
  func masks(for cell: String) -> ArtifactReader.Found<CellMasks>? {
    input(.masks, of: cell).map { artifact in
      if let known = masks[artifact.digest] { return known }
      let found = CellMasks.open(artifact, reader)
      masks[artifact.digest] = found
      return found
    }
  }

  /// A distinct artifact, and the cells that made it.
  struct Found {
    let artifact: ArtifactRow
    /// The names of the cells, at least one.
    fileprivate(set) var cells: [String]
    /// The kind of the first cell.
    let kind: String

    /// The name of the first cell.
    var cell: String { cells.first ?? "" }
  }

  /// Every distinct artifact that `isWanted`, in the order of the cells.
  func artifacts(where isWanted: (ArtifactRow) -> Bool) -> [Found] {
    var order: [Found] = []
    var place: [Digest: Int] = [:]
    for cell in facts.cells {
      for artifact in cell.artifacts where isWanted(artifact) {
        if let at = place[artifact.digest] {
          order[at].cells.append(cell.row.cell)
        } else {
          place[artifact.digest] = order.count
          order.append(Found(artifact: artifact, cells: [cell.row.cell], kind: cell.row.kind))
        }
      }
    }
    return order
  }
}
