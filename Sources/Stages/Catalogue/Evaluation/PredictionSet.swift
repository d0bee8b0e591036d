internal import Neural
internal import PipelineDSL

/// `predictions.csv`: the part, the label and the logits of every predicted sample.
struct PredictionSet: Sendable {
  /// The prediction for one sample.
  struct Row: Sendable, Hashable {
    /// The id of the sample.
    var id: String
    /// The part of the sample when it was predicted.
    var part: Part
    /// The true label.
    var label: String
    /// One finite logit per class.
    var logits: [Float]
  }

  /// The class names, in the order of the logits.
  let classes: [String]
  /// The predictions, in file order.
  private(set) var rows: [Row] = []

  /// Creates an empty set of predictions over some classes.
  init(classes: [String]) { self.classes = classes }

  /// The predictions in the file of an artifact.
  ///
  /// Classes are those of the logit columns; probabilities and predicted classes are not read, since
  /// logits give both. Throws if there are fewer than two classes, if a logit is not a finite
  /// number, or if two rows have one id.
  init(_ artifact: InputArtifact) throws(StageError) {
    let table = try Self.table(artifact)
    let prefix = PredictionsFormat.logitColumn("")
    let columns = table.columns.indices.filter { table.columns[$0].hasPrefix(prefix) }
    classes = columns.map { String(table.columns[$0].dropFirst(prefix.count)) }
    guard classes.count > 1, Set(classes).count == classes.count else {
      throw StageError(
        artifact.failure(
          PredictionsFormat.file,
          "expected a column '\(prefix)<class>' for each of two or more classes"
        ).reason,
        hint: "metrics need logits, since probabilities are rounded; where there are only "
          + "probabilities, write their logarithms")
    }
    var places: [Int] = []
    do throws(CSVError) {
      for column in [PredictionsFormat.Column.id, .part, .label] {
        places.append(try table.column(column))
      }
    } catch {
      throw artifact.failure(PredictionsFormat.file, "\(error)")
    }
    var ids: Set<String> = []
    for (index, row) in table.rows.enumerated() {
      func failure(_ reason: String) -> StageError {
        artifact.failure(PredictionsFormat.file, "row \(index + 1): \(reason)")
      }
      let id = row[places[0]]
      guard let part = Part(rawValue: row[places[1]]) else {
        throw failure("expected \(Part.listing), found '\(row[places[1]])'")
      }
      let logits = columns.compactMap { Float(row[$0]) }
      guard logits.count == classes.count, logits.allSatisfy(\.isFinite) else {
        throw failure("the logits of \(id) are not all finite numbers")
      }
      guard ids.insert(id).inserted else { throw failure("duplicate id \(id)") }
      rows.append(Row(id: id, part: part, label: row[places[2]], logits: logits))
    }
  }

  private static func table(_ artifact: InputArtifact) throws(StageError) -> CSVTable {
    let bytes = try artifact.bytes(PredictionsFormat.file)
    do throws(CSVError) { return try CSVTable(parsing: bytes) } catch {
      throw artifact.failure(PredictionsFormat.file, "\(error)")
    }
  }

  /// Adds the prediction for a sample.
  ///
  /// - Precondition: there is one logit per class.
  mutating func append(_ sample: Sample, _ part: Part, _ logits: [Float]) {
    precondition(logits.count == classes.count, "one logit per class")
    rows.append(Row(id: sample.id, part: part, label: sample.label, logits: logits))
  }

  /// The file as a table.
  var table: CSVTable {
    CSVTable(
      columns: PredictionsFormat.columns + classes.map(PredictionsFormat.probabilityColumn)
        + classes.map(PredictionsFormat.logitColumn),
      rows: rows.map { row in
        [row.id, row.part.rawValue, row.label, classes[ClassificationReport.predicted(row.logits)]]
          + CrossEntropy.softmax(row.logits, classes: classes.count).map { decimal(Double($0), 6) }
          + row.logits.map { String($0) }
      })
  }

  /// Writes `predictions.csv` into a folder.
  func write(to folder: String) throws(StageError) {
    try writeFile(table.bytes, folder + "/" + PredictionsFormat.file)
  }
}

extension PredictionSet {
  /// The rows of each part by a split, sorted by id, as indices.
  ///
  /// Rows of samples that the split does not have belong to no part. Throws if a row was predicted as
  /// one of another part, since a model could then be scored on samples it was trained on.
  func parts(by split: SplitTable) throws(StageError) -> [(Part, [Int])] {
    for row in rows {
      guard let part = split.parts[row.id], part != row.part else { continue }
      throw StageError(
        "sample \(row.id) is in the \(part.rawValue) set of the split, but its prediction was made "
          + "as one of the \(row.part.rawValue) set",
        hint: "evaluate with the split that the model was trained with")
    }
    let order = rows.indices.sorted { rows[$0].id < rows[$1].id }
    return Part.allCases.map { part in (part, order.filter { split.parts[rows[$0].id] == part }) }
  }

  /// The samples of the rows, with what a prediction states of them.
  var samples: [Sample] {
    rows.map { Sample(id: $0.id, source: "", nativeLabel: $0.label, label: $0.label, group: "") }
  }
}
