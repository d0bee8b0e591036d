internal import Foundation
internal import PipelineDSL

extension InputArtifact {
  /// The bytes of a file of the artifact.
  func bytes(_ name: String) throws(StageError) -> [UInt8] {
    let path = try path(name)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw StageError("\(path): cannot be read", hint: "run 'assay audit' on the store")
    }
    return [UInt8](data)
  }

  /// The rows of a table of the artifact, with only the given columns in the given order.
  func rows(_ name: String, _ columns: [String]) throws(StageError) -> [[String]] {
    let bytes = try bytes(name)
    do throws(CSVError) {
      let table = try CSVTable(parsing: bytes)
      if table.columns == columns { return table.rows }
      var positions: [Int] = []
      for column in columns { positions.append(try table.column(column)) }
      return table.rows.map { row in positions.map { row[$0] } }
    } catch {
      throw StageError("\(name) of '\(stage)' (artifact \(digest.short)): \(error)")
    }
  }

  /// A column of a table of the artifact; `nil` if the table has no such column.
  func rows(_ name: String, optional column: String) throws(StageError) -> [String]? {
    let bytes = try bytes(name)
    do throws(CSVError) {
      let table = try CSVTable(parsing: bytes)
      guard let position = table.columns.firstIndex(of: column) else { return nil }
      return table.rows.map { $0[position] }
    } catch {
      throw StageError("\(name) of '\(stage)' (artifact \(digest.short)): \(error)")
    }
  }

  /// An error that names a file of the artifact and the stage it comes from.
  func failure(_ name: String, _ reason: String) -> StageError {
    StageError("\(name) of '\(stage)' (artifact \(digest.short)): \(reason)")
  }
}

/// Writes a file of an artifact; throws an error that names the path.
func writeFile(_ bytes: [UInt8], _ path: String) throws(StageError) {
  do throws(WriteError) { try writeWholeFile(bytes, to: path) } catch {
    throw StageError(
      "\(path): cannot be written: \(error)",
      hint: "check the space and the permissions of the store")
  }
}
