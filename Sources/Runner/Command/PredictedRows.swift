internal import PipelineDSL
internal import Stages

/// Predictions as JSON.
enum PredictedRows {
  /// The rows of a table as objects: names and prediction sets as text, the columns of classes as
  /// numbers.
  static func json(_ table: CSVTable) -> JSONValue {
    let isNumber = table.columns.map(PredictionFile.isNumber)
    return .array(
      table.rows.map { row in
        var object = JSONObject()
        for (index, text) in row.enumerated() {
          // JSON has no number that is not finite.
          let number = isNumber[index] ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
          object[table.columns[index]] = number.map { .number($0) } ?? .string(text)
        }
        return .object(object)
      })
  }
}
