public import PipelineDSL

/// A location that did not exist when a run began, so that some of its cells could not run.
///
/// Recorded as an event of the run.
public struct MissingLocation: Sendable, Hashable {
  /// The kind of the event.
  public static let eventKind = "missing-data"
  /// How the recorded reasons of cells begin that could not run because of one.
  public static let reasonPrefix = "data missing"

  /// The first cell that names the location.
  public var cell: String
  /// The stages that name it.
  public var stages: [String]
  /// The parameter.
  public var parameter: String
  /// The path, as written in the pipeline.
  public var path: String
  /// What was found instead.
  public var problem: String
  /// Where the data can be obtained, if known.
  public var whereToGet: String?
  /// The number of cells that need it.
  public var cells: Int

  /// Creates a missing location.
  public init(
    cell: String, stages: [String], parameter: String, path: String, problem: String,
    whereToGet: String?, cells: Int
  ) {
    (self.cell, self.stages, self.parameter) = (cell, stages, parameter)
    (self.path, self.problem) = (path, problem)
    (self.whereToGet, self.cells) = (whereToGet, cells)
  }

  /// The location of a recorded event; `nil` if the event is of another kind.
  public init?(_ event: EventRow) {
    guard event.kind == Self.eventKind, let json = try? JSONParser.parse(event.text),
      let parameter = json["parameter"]?.text, let path = json["path"]?.text,
      let problem = json["problem"]?.text, let cells = json["cells"]?.whole
    else { return nil }
    self.init(
      cell: event.subject, stages: json["stages"]?.elements?.compactMap(\.text) ?? [],
      parameter: parameter, path: path, problem: problem,
      whereToGet: json["where-to-get"]?.text, cells: cells)
  }

  /// The event that records it.
  public func event(run: String, at time: Double) -> EventRow {
    EventRow(
      run: run, kind: Self.eventKind, subject: cell, text: JSONCanonicalForm.text(of: json),
      at: time)
  }

  /// The location as JSON.
  public var json: JSONValue {
    [
      "cell": .string(cell), "stages": stages.json, "parameter": .string(parameter),
      "path": .string(path), "problem": .string(problem), "where-to-get": whereToGet.json,
      "cells": .integer(cells),
    ]
  }

  /// What is missing, and which stages need it.
  public var sentence: String {
    let shown = stages.prefix(3).joined(separator: ", ") + (stages.count > 3 ? ", ..." : "")
    return "\(shown): the location '\(parameter)': \(path): \(problem)"
  }

  /// How many cells cannot run, and where to get the data.
  public var remedy: String {
    "\(cells) \(cells == 1 ? "cell" : "cells") cannot run without it"
      + (whereToGet.map { "; where to get it: \($0)" } ?? "")
  }
}

extension StageRunRow {
  /// Whether the cell could not run because a location that it needs, or that a cell before it
  /// needs, did not exist.
  public var lacksData: Bool {
    status == .skipped && reason.hasPrefix(MissingLocation.reasonPrefix)
  }
}
