internal import Imaging
public import PipelineDSL

/// The output file of predictions: a CSV table, or a `.npy` array of numbers only.
public struct PredictionFile: ~Copyable {
  private let path: String?
  private let logits: Bool
  /// Exactly one of the two is set.
  private var table: CSVTable?
  private var writer: NPYWriter?

  /// Creates a file in the format of its extension; without a path, `finish` returns a CSV table.
  ///
  /// `sets` names the prediction sets of the model (`Predictor.setNames`), which a table shows.
  /// Throws if the extension is not supported or the array cannot be created.
  public init(
    path: String?, classes: [String], sets: [String] = [], count: Int, logits: Bool
  ) throws(StageError) {
    (self.path, self.logits) = (path, logits)
    switch path.map(\.pathExtension) {
    case nil, "csv":
      let column = logits ? PredictionsFormat.logitColumn : PredictionsFormat.probabilityColumn
      table = CSVTable(columns: ["image", "predicted"] + sets + classes.map(column))
      writer = nil
    case "npy":
      do throws(ImageError) {
        table = nil
        writer = try NPYWriter(
          path: path ?? "", kind: .float32, rowShape: [classes.count], atMost: count)
      } catch {
        throw StageError(error.reason)
      }
    case let other?:
      throw StageError(
        "\(path ?? ""): '\(other)' is not a predictions format",
        hint: "use a name that ends in .csv or .npy")
    }
  }

  /// Whether rows are identified only by position, so that none may be left out.
  public var isArray: Bool { table == nil }

  /// Adds a row: probabilities with six decimals or logits in full precision, as in `evaluate`.
  public mutating func add(
    _ prediction: Predictor.Prediction, classes: [String]
  ) throws(StageError) {
    let values = logits ? prediction.logits : prediction.probabilities
    table?.append(
      [prediction.name, classes[prediction.predicted]] + prediction.sets
        + values.map { logits ? String($0) : decimal(Double($0), 6) })
    let bytes = values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    do throws(ImageError) { try writer?.append(bytes) } catch {
      throw StageError(error.reason)
    }
  }

  /// Whether a column of the table holds a number: a probability or a logit of a class.
  public static func isNumber(column: String) -> Bool {
    [PredictionsFormat.probabilityColumn(""), PredictionsFormat.logitColumn("")]
      .contains { column.hasPrefix($0) }
  }

  /// Finishes the file; returns the table if there is no path.
  public mutating func finish() throws(StageError) -> CSVTable? {
    do throws(ImageError) { try writer?.finish() } catch { throw StageError(error.reason) }
    guard let table else { return nil }
    guard let path else { return table }
    try writeFile(table.bytes, path)
    return nil
  }
}
