public import PipelineDSL

/// Why a cell cannot use a cached result.
public enum MissReason: Sendable, Hashable, CustomStringConvertible {
  /// A way in which an object of a result is unusable.
  public enum ObjectState: Sendable, Hashable {
    case missing
    case symbolicLink
    case size(Int, expected: Int)
  }

  /// The store has no result under the key.
  case notStored
  /// The cell was forced to run.
  case forced
  // The details are stored apart: a plan keeps a reason for each of its cells.
  /// The key file cannot be used.
  indirect case keyFile(StoreError)
  /// The manifest of an artifact cannot be used.
  indirect case manifest(port: String, StoreError)
  /// A file of an artifact cannot be used.
  indirect case object(ObjectState, file: String, port: String, Digest)

  /// The reason as text.
  public var description: String {
    switch self {
    case .notStored: "no result is stored under its key"
    case .forced: "forced"
    case .keyFile(let error): "the stored result cannot be used: \(error)"
    case .manifest(let port, let error): "the manifest of '\(port)' cannot be used: \(error)"
    case .object(let state, let file, let port, let digest):
      "\(file) of '\(port)' \(state.text) (object \(digest.short))"
    }
  }
}

extension MissReason.ObjectState {
  fileprivate var text: String {
    switch self {
    case .missing: "is missing"
    case .symbolicLink: "is a symbolic link"
    case .size(let found, let expected): "has \(found) bytes instead of \(expected)"
    }
  }
}
