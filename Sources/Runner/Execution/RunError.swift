internal import Foundation
public import PipelineDSL
public import Store

/// Why a run could not go on at all; a failed stage is no such thing.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// The pipeline is not in order.
  case invalid(Diagnostics)
  /// The command named something that is not there.
  case usage(String)
  /// Locations cannot be read.
  case locations([LocationProblem])
  /// The store cannot be read or written.
  case store(StoreError)
  /// The record of runs cannot be read or written.
  case records(String)
  /// The system refused something.
  case refused(String)

  /// A refusal with the system's own words.
  static func system(_ what: String, _ code: Int32) -> RunError {
    .refused("\(what): \(String(cString: strerror(code)))")
  }

  /// What a person reads.
  public var description: String {
    switch self {
    case .invalid(let diagnostics): diagnostics.list.map(\.text).joined(separator: "\n")
    case .usage(let text), .refused(let text), .records(let text): text
    case .locations(let problems): problems.map(\.description).joined(separator: "\n")
    case .store(let error): String(describing: error)
    }
  }
}

/// A location that cannot be read, and who names it.
public struct LocationProblem: Sendable, CustomStringConvertible {
  /// The cell.
  let cell: String
  /// The parameter, or the word that names a program.
  let parameter: String
  /// What is wrong with it.
  let error: StoreError

  /// What a person reads.
  public var description: String { "\(cell): the location '\(parameter)': \(error)" }
}
