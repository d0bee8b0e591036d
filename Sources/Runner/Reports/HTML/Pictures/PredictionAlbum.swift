internal import PipelineDSL

/// The predictions of an evaluated cell that are worth looking at.
struct PredictionAlbum {
  /// Why a prediction is shown.
  enum Kind: String, CaseIterable {
    /// The predicted class is another than the label.
    case wrong
    /// The predicted class is the label, but its probability is among the lowest.
    case unsure = "least sure"
    /// The predicted class is the label.
    case right
  }

  /// A prediction.
  struct Pick {
    let id: String
    let label: String
    let predicted: String
    let probability: Double?
    var kind: Kind
  }

  /// Predictions of each kind that are shown in a report.
  private static let limits: [Kind: Int] = [.wrong: 24, .unsure: 12, .right: 12]

  /// The part of the split: the test set, if it was predicted.
  let part: String
  /// Every prediction of the part: wrong ones by falling probability, then right ones by rising
  /// probability, the classes in turn.
  let all: [Pick]
  /// Those that a report shows.
  let shown: [Pick]

  /// The album of a `predictions.csv`; `nil` if columns are missing or there are no rows.
  init?(_ table: CSVTable) {
    typealias Column = PredictionsFormat.Column
    guard let id = table.position(of: Column.id), let label = table.position(of: Column.label),
      let predicted = table.position(of: Column.predicted), let first = table.rows.first
    else { return nil }
    let partColumn = table.position(of: Column.part)
    let parts = Set(partColumn.map { column in table.rows.map { $0[column] } } ?? [])
    let order = [Part.test, .validation, .calibration, .train].map(\.rawValue)
    part = order.first(where: parts.contains) ?? partColumn.map { first[$0] } ?? ""
    var probabilities: [String: Int] = [:]
    for (column, name) in table.columns.enumerated() { probabilities[name] = column }
    let rows = table.rows.compactMap { [part] row -> Pick? in
      if let partColumn, row[partColumn] != part { return nil }
      let column = probabilities[PredictionsFormat.probabilityColumn(row[predicted])]
      let probability = column.flatMap { Double(row[$0]) }.flatMap { $0.isFinite ? $0 : nil }
      return Pick(
        id: row[id], label: row[label], predicted: row[predicted], probability: probability,
        kind: row[label] == row[predicted] ? .right : .wrong)
    }
    let rising = rows.sorted { ($0.probability ?? 0, $0.id) < ($1.probability ?? 0, $1.id) }
    let wrong = PictureOrder.inTurn(rising.reversed().filter { $0.kind == .wrong }) { $0.label }
    let right = rising.filter { $0.kind == .right }
    // The least sure of all come first; among the others, classes take turns.
    let unsure = right.prefix(Self.limits[.unsure] ?? 0).map { pick in
      var pick = pick
      pick.kind = .unsure
      return pick
    }
    let sure = PictureOrder.inTurn(right.dropFirst(unsure.count).reversed()) { $0.label }
    all = wrong + unsure + sure
    shown =
      wrong.prefix(Self.limits[.wrong] ?? 0) + unsure + sure.prefix(Self.limits[.right] ?? 0)
  }

  /// The number of predictions of a kind.
  func count(_ kind: Kind) -> Int { all.count { $0.kind == kind } }
}
