internal import Foundation
public import PipelineDSL
public import Store

/// The content of every location of a run, read once.
public struct LocationBook: Sendable {
  /// The snapshot of a path and its digest, which takes a pass over all names to compute.
  private struct Finding: Sendable {
    let snapshot: LocationSnapshot
    let digest: Digest
  }

  private var findings: [String: Finding] = [:]
  private var codes: [String: Digest] = [:]
  /// The distinct lists of code files, which many cells share; the first is empty.
  private var codeLists: [[String]] = [[]]
  /// For each cell, the number of its list.
  private var codeList: [Int32] = []

  /// Reads the locations and the code files of some cells.
  ///
  /// - Throws: The first location that cannot be read, with its cell and parameter.
  public static func read(
    for indices: [Int], of pipeline: Pipeline, catalogue: Catalogue, index: FileIndex,
    objects: ObjectStore, threads: Int
  ) throws(RunError) -> LocationBook {
    var book = LocationBook()
    book.codeList = Array(repeating: 0, count: pipeline.cells.count)
    var numbers: [[String]: Int32] = [[]: 0]
    let known = ProgramFiles()
    for start in stride(from: 0, to: indices.count, by: batch) {
      let part = indices[start..<min(start + batch, indices.count)]
      let codes = ParallelMap.run(part.count, threads: threads) { position in
        let cell = pipeline.cells[part[start + position]]
        return catalogue[cell.kind]?.codeFiles(for: cell.allParameters, known) ?? []
      }
      for (place, code) in zip(part, codes) {
        let cell = pipeline.cells[place]
        try book.readLocations(of: cell, index: index, objects: objects, threads: threads)
        if let number = numbers[code] {
          book.codeList[place] = number
          continue
        }
        book.codeList[place] = Int32(book.codeLists.count)
        numbers[code] = book.codeList[place]
        book.codeLists.append(code)
        for path in code where book.codes[path] == nil {
          let snapshot = try look(path, path, of: cell, index: index, threads: threads)
          book.codes[path] = snapshot.isFile ? snapshot.entries.first?.digest : snapshot.digest
        }
      }
    }
    return book
  }

  /// The number of cells whose code files are listed at a time.
  private static let batch = 1 << 14

  private mutating func readLocations(
    of cell: Cell, index: FileIndex, objects: ObjectStore, threads: Int
  ) throws(RunError) {
    guard !cell.locations.isEmpty else { return }
    for (name, path) in cell.locations.sorted(by: { $0.key < $1.key })
    where findings[path] == nil {
      let snapshot = try Self.look(path, name, of: cell, index: index, threads: threads)
      // Stored as an object, so that a later run can report which file changed.
      let digest: Digest
      do { digest = try objects.write(snapshot.manifestBytes) } catch { throw .store(error) }
      findings[path] = Finding(snapshot: snapshot, digest: digest)
    }
  }

  private static func look(
    _ path: String, _ parameter: String, of cell: Cell, index: FileIndex, threads: Int
  ) throws(RunError) -> LocationSnapshot {
    do { return try LocationScanner.snapshot(of: path, index: index, threads: threads) } catch {
      throw .locations([
        LocationProblem(cell: cell.name, parameter: parameter, path: path, error: error)
      ])
    }
  }

  /// The content of a location, and its digest.
  func content(
    _ path: String, of cell: String, _ parameter: String
  ) throws(RunError) -> (snapshot: LocationSnapshot, digest: Digest) {
    guard let finding = findings[path] else {
      throw .refused("\(cell): the location was not read: '\(parameter)' (\(path))")
    }
    return (finding.snapshot, finding.digest)
  }

  /// The digests of a cell's code files, by the argument that names each file.
  func code(of cell: Cell) throws(RunError) -> [String: Digest] {
    var digests: [String: Digest] = [:]
    // For each name, how many names so far equal it or extend it with `#` and a number.
    var taken: [String: Int] = [:]
    for path in codeFiles(of: cell) {
      guard let digest = codes[path] else {
        throw .refused("\(cell.name): the program was not read: '\(path)'")
      }
      // An absolute path is specific to this machine and stays out of the key.
      let name = path.hasPrefix("/") ? String(path.split(separator: "/").last ?? "/") : path
      let unique = taken[name].map { "\(name)#\($0 + 1)" } ?? name
      guard digests.updateValue(digest, forKey: unique) == nil else { continue }
      taken[unique, default: 0] += 1
      for place in unique.indices where unique[place] == "#" {
        taken[String(unique[..<place]), default: 0] += 1
      }
    }
    return digests
  }

  private func codeFiles(of cell: Cell) -> [String] {
    codeList.indices.contains(cell.index) ? codeLists[Int(codeList[cell.index])] : []
  }
}
