internal import Foundation
public import PipelineDSL
public import Store

/// The locations that do not exist, and the cells that therefore cannot run.
///
/// The other cells are not affected: a run continues with them and ends with exit code 1.
public struct MissingData: Sendable {
  /// Nothing is missing.
  public static let none = MissingData()

  /// The missing locations, each once.
  public private(set) var locations: [MissingLocation] = []
  /// For each cell that cannot run, by index, the reason in a few words.
  public private(set) var blocked: [Int: String] = [:]

  private init() {}

  /// Checks the locations of some cells, each of which comes with all cells it needs; fast, and
  /// writes nothing.
  ///
  /// - Throws: Every location that exists but cannot be used, or every missing one if all cells
  ///   need one of them.
  public init(
    _ wanted: some Sequence<Int>, of pipeline: Pipeline, catalogue: Catalogue
  ) throws(RunError) {
    let wanted = wanted.sorted()
    let found = try Self.check(wanted.lazy.map { pipeline.cells[$0] })
    guard !found.isEmpty else { return }
    // Ascending order is topological, so one pass finds all cells after a missing location.
    var needs: [Int: Set<Int>] = [:]
    for index in wanted {
      let cell = pipeline.cells[index]
      var own = Set(cell.inputs.flatMap { needs[$0.cell] ?? [] })
      own.formUnion(found.indices.filter { cell.locations.values.contains(found[$0].path) })
      if !own.isEmpty { needs[index] = own }
    }
    for (number, problem) in found.enumerated() {
      let owners = wanted.filter { pipeline.cells[$0].locations.values.contains(problem.path) }
      var stages: [String] = []
      for owner in owners where !stages.contains(pipeline.cells[owner].stage) {
        stages.append(pipeline.cells[owner].stage)
      }
      let hint = pipeline.cell(named: problem.cell).flatMap { cell in
        catalogue[cell.kind]?.whereToGet(problem.parameter, for: cell.allParameters)
      }
      locations.append(
        MissingLocation(
          cell: problem.cell, stages: stages, parameter: problem.parameter, path: problem.path,
          problem: problem.error.reason, whereToGet: hint,
          cells: needs.values.count { $0.contains(number) }))
    }
    for (index, numbers) in needs { blocked[index] = reason(pipeline.cells[index], numbers) }
    guard blocked.count < wanted.count else {
      throw .locations(
        zip(found, locations).map { problem, location in
          LocationProblem(
            cell: problem.cell, parameter: problem.parameter, path: problem.path,
            error: problem.error, whereToGet: location.whereToGet)
        })
    }
  }

  private func reason(_ cell: Cell, _ numbers: Set<Int>) -> String {
    let own = Set(cell.locations.values)
    let missing = numbers.sorted().map { locations[$0] }
    let paths = missing.map(\.path).filter(own.contains)
    guard paths.isEmpty else {
      return "\(MissingLocation.reasonPrefix): \(paths.joined(separator: ", "))"
    }
    var stages: [String] = []
    for stage in missing.flatMap(\.stages) where !stages.contains(stage) { stages.append(stage) }
    let shown = stages.prefix(3).joined(separator: ", ")
    let more = stages.count > 3 ? " and \(stages.count - 3) more" : ""
    return "\(MissingLocation.reasonPrefix) for \(shown)\(more)"
  }

  /// The missing locations, each once; throws those that exist but cannot be used.
  private static func check(_ cells: some Sequence<Cell>) throws(RunError) -> [LocationProblem] {
    var missing: [LocationProblem] = []
    var unusable: [LocationProblem] = []
    var seen: Set<String> = []
    for cell in cells where !cell.locations.isEmpty {
      for (name, path) in cell.locations.sorted(by: { $0.key < $1.key })
      where seen.insert(path).inserted {
        do { try LocationScanner.check(path) } catch {
          let problem = LocationProblem(
            cell: cell.name, parameter: name, path: path, error: error)
          if isMissing(path) { missing.append(problem) } else { unusable.append(problem) }
        }
      }
    }
    guard unusable.isEmpty else { throw .locations(unusable) }
    return missing
  }

  /// Whether nothing exists at a path, which may also be a link to something that does not exist.
  private static func isMissing(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 && errno == ENOENT
  }
}
