/// Why a run's results are kept.
public enum KeepReason: Sendable, Hashable {
  /// The run is pinned.
  case pinned
  /// The run has a tag.
  case tag(String)
  /// The run is active, or was cut short recently.
  case running
  /// It is the newest run of its pipeline with the status `done`.
  case newestSuccess
  /// It is among the last runs of its pipeline; the newest has rank 1.
  case latest(Int)

  /// The kinds of reasons, strongest first.
  public enum Group: UInt8, Sendable, Hashable, CaseIterable {
    case pinned, tagged, running, newestSuccess, latest, young

    /// The description for users.
    public var text: String {
      switch self {
      case .pinned: "pinned runs"
      case .tagged: "tagged runs"
      case .running: "active runs"
      case .newestSuccess: "newest successful runs"
      case .latest: "last runs of a pipeline"
      case .young: "younger than the grace period"
      }
    }
  }

  /// The kind of reason.
  public var group: Group {
    switch self {
    case .pinned: .pinned
    case .tag: .tagged
    case .running: .running
    case .newestSuccess: .newestSuccess
    case .latest: .latest
    }
  }

  /// The reason as it is stored and shown.
  public var text: String {
    switch self {
    case .pinned: "pinned"
    case .tag(let name): "tag \(name)"
    case .running: "running"
    case .newestSuccess: "newest success"
    case .latest(let rank): "latest \(rank)"
    }
  }

  /// Parses the form of `text`; `nil` for anything else.
  init?(_ text: String) {
    switch text {
    case "pinned": self = .pinned
    case "running": self = .running
    case "newest success": self = .newestSuccess
    default:
      if text.hasPrefix("tag ") {
        self = .tag(String(text.dropFirst(4)))
      } else if text.hasPrefix("latest "), let rank = Int(text.dropFirst(7)), rank > 0 {
        self = .latest(rank)
      } else {
        return nil
      }
    }
  }
}

/// A run that a project keeps, and why.
public struct KeptRun: Sendable, Hashable {
  /// The run's id.
  public let run: String
  /// Its pipeline.
  public let pipeline: String
  /// The reasons, strongest first; never empty.
  public let reasons: [KeepReason]

  /// Creates a kept run, and sorts its reasons.
  public init(run: String, pipeline: String, reasons: [KeepReason]) {
    (self.run, self.pipeline) = (run, pipeline)
    self.reasons = reasons.sorted { ($0.group.rawValue, $0.text) < ($1.group.rawValue, $1.text) }
  }
}
