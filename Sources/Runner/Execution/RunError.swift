internal import Foundation
public import PipelineDSL
public import Store

/// Why a run could not go on at all; a failed stage is no such thing.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// The pipeline is not in order.
  case invalid(Diagnostics)
  /// The command named something that is not there.
  case usage(String)
  /// A location cannot be read.
  case location(cell: String, parameter: String, StoreError)
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
    case .location(let cell, let parameter, let error):
      "\(cell): the location '\(parameter)': \(error)"
    case .store(let error): String(describing: error)
    }
  }
}
