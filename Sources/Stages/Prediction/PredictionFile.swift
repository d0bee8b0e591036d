internal import Imaging
public import PipelineDSL

/// Where predictions go: a table as CSV, or an array of numbers alone as `.npy`.
public struct PredictionFile: ~Copyable {
  private let path: String?
  private let logits: Bool
  /// One of the two is there.
  private var table: CSVTable?
  private var writer: NPYWriter?

  /// A file at a path, by its extension; without one a table that `finish` gives.
  ///
  /// Throws where the extension is another one, and where an array cannot be made.
  public init(
    path: String?, classes: [String], count: Int, logits: Bool
  ) throws(StageError) {
    (self.path, self.logits) = (path, logits)
    switch path.map(\.pathExtension) {
    case nil, "csv":
      let prefix = logits ? "logit_" : "p_"
      table = CSVTable(columns: ["image", "predicted"] + classes.map { prefix + $0 })
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
        "\(path ?? ""): '\(other)' is no format of predictions", hint: "end it with .csv or .npy")
    }
  }

  /// Whether rows are told apart by their place alone, so that none may be left out.
  public var isArray: Bool { table == nil }

  /// Adds a row: probabilities with six digits as `evaluate` writes them, logits with all they have.
  public mutating func add(
    _ prediction: Predictor.Prediction, classes: [String]
  ) throws(StageError) {
    let values = logits ? prediction.logits : prediction.probabilities
    table?.append(
      [prediction.name, classes[prediction.predicted]]
        + values.map { logits ? String($0) : decimal(Double($0), 6) })
    let bytes = values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    do throws(ImageError) { try writer?.append(bytes) } catch {
      throw StageError(error.reason)
    }
  }

  /// Ends the file; gives the table's bytes where there is no path.
  public mutating func finish() throws(StageError) -> [UInt8]? {
    do throws(ImageError) { try writer?.finish() } catch { throw StageError(error.reason) }
    guard let table else { return nil }
    guard let path else { return table.bytes }
    try writeFile(table.bytes, path)
    return nil
  }
}
