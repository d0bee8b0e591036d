internal import Foundation
public import PipelineDSL
public import Store

/// The content of every location of a run, looked at once.
public struct LocationBook {
  private var snapshots: [String: LocationSnapshot] = [:]
  private var codes: [String: Digest] = [:]

  /// Whether every location of some cells is there; quick, and writes nothing.
  ///
  /// - Throws: all that are not, each once, by the cell and parameter that name them.
  public static func check(_ cells: [Cell]) throws(RunError) {
    var problems: [LocationProblem] = []
    var seen: Set<String> = []
    for cell in cells {
      for (name, path) in cell.locations.sorted(by: { $0.key < $1.key })
      where seen.insert(path).inserted {
        do { try LocationScanner.check(path) } catch {
          problems.append(LocationProblem(cell: cell.name, parameter: name, error: error))
        }
      }
    }
    if !problems.isEmpty { throw .locations(problems) }
  }

  /// Looks at the locations and the code files of some cells.
  ///
  /// - Throws: the first location that cannot be read, by cell and parameter.
  public static func read(
    for cells: [Cell], catalogue: Catalogue, index: FileIndex, objects: ObjectStore, threads: Int
  ) throws(RunError) -> LocationBook {
    var book = LocationBook()
    for cell in cells {
      for (name, path) in cell.locations.sorted(by: { $0.key < $1.key })
      where book.snapshots[path] == nil {
        let snapshot = try look(path, name, of: cell, index: index, threads: threads)
        // Kept as an object, so that a later run can say which file changed.
        do { _ = try objects.write(Array(snapshot.manifest.utf8)) } catch { throw .store(error) }
        book.snapshots[path] = snapshot
      }
      for path in catalogue[cell.kind]?.codeFiles(for: cell.allParameters) ?? []
      where book.codes[path] == nil {
        let snapshot = try look(path, path, of: cell, index: index, threads: threads)
        book.codes[path] = snapshot.isFile ? snapshot.entries.first?.digest : snapshot.digest
      }
    }
    return book
  }

  private static func look(
    _ path: String, _ parameter: String, of cell: Cell, index: FileIndex, threads: Int
  ) throws(RunError) -> LocationSnapshot {
    do { return try LocationScanner.snapshot(of: path, index: index, threads: threads) } catch {
      throw .locations([LocationProblem(cell: cell.name, parameter: parameter, error: error)])
    }
  }

  /// The content of a location.
  func snapshot(
    _ path: String, of cell: String, _ parameter: String
  ) throws(RunError) -> LocationSnapshot {
    guard let snapshot = snapshots[path] else {
      throw .refused("\(cell): nobody looked at the location '\(parameter)' (\(path))")
    }
    return snapshot
  }

  /// The digests of code files by the words that name them.
  func code(_ paths: [String], of cell: String) throws(RunError) -> [String: Digest] {
    var digests: [String: Digest] = [:]
    for path in paths {
      guard let digest = codes[path] else {
        throw .refused("\(cell): nobody looked at the program '\(path)'")
      }
      // An absolute path is this machine's own and stays out of the key.
      let name = path.hasPrefix("/") ? String(path.split(separator: "/").last ?? "/") : path
      let taken = digests.keys.count { $0 == name || $0.hasPrefix(name + "#") }
      digests[taken == 0 ? name : "\(name)#\(taken + 1)"] = digest
    }
    return digests
  }
}
