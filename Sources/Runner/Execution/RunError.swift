internal import Foundation
public import PipelineDSL
public import Store

/// Why a run cannot start or continue; a failed stage is not a `RunError`.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// The pipeline is invalid.
  case invalid(Diagnostics)
  /// The request names something that does not exist.
  case usage(String)
  /// This machine cannot provide the resources that stages request.
  case resources([String])
  /// Locations cannot be read.
  case locations([LocationProblem])
  /// The store cannot be read or written.
  case store(StoreError)
  /// The system refused something.
  case refused(String)

  /// A `refused` error with the system's message for an error code.
  static func system(_ what: String, _ code: Int32) -> RunError {
    .refused("\(what): \(String(cString: strerror(code)))")
  }

  /// The error as text.
  public var description: String {
    switch self {
    case .invalid(let diagnostics): diagnostics.list.map(\.text).joined(separator: "\n")
    case .usage(let text), .refused(let text): text
    case .resources(let sentences): sentences.joined(separator: "\n")
    case .locations(let problems): problems.map(\.description).joined(separator: "\n")
    case .store(let error): String(describing: error)
    }
  }
}

/// A location that cannot be read, and the cell that names it.
public struct LocationProblem: Sendable, CustomStringConvertible {
  /// The cell.
  let cell: String
  /// The parameter, or the argument that names a program.
  let parameter: String
  /// The path, as written in the pipeline.
  let path: String
  /// What is wrong with it.
  let error: StoreError
  /// Where the data can be obtained, if they are missing and this is known.
  var whereToGet: String?

  /// The problem as text.
  public var description: String {
    "\(cell): the location '\(parameter)': \(error)"
      + (whereToGet.map { "; where to get it: \($0)" } ?? "")
  }
}
