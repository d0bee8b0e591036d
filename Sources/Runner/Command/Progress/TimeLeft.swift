/// Estimates how long a running cell still takes.
///
/// The rate is that of the recent past: starting up, reading data and filling the memo happen at
/// the beginning and say nothing about the rest. Until there is a rate, the usual time of the cell
/// counts, if it is known.
struct TimeLeft: Sendable {
  /// The units done, with the share of the next one, after some seconds.
  private struct Observation: Sendable {
    let seconds: Double
    let position: Double
  }

  /// The minimum time that a rate stands on, in seconds.
  private static let minimumSpan = 1.5
  /// The recent past, as a share of the time since the first observation.
  private static let window = 0.3

  /// How long the cell usually takes, in seconds; `nil` if unknown.
  private let usual: Double?
  private var observations: [Observation] = []
  private var total = 0.0
  /// Whether units are so long that they are reported in parts.
  private var hasParts = false

  init(usual: Double?) { self.usual = usual }

  /// Notes progress after some seconds of running.
  mutating func add(_ position: Double, of total: Double, hasParts: Bool, at seconds: Double) {
    // Another phase counts its own units.
    if total != self.total || position < observations.last?.position ?? 0 { observations = [] }
    self.total = total
    self.hasParts = self.hasParts || hasParts
    observations.append(Observation(seconds: seconds, position: position))
    // Old observations only serve as ends of the window.
    if observations.count > 600 {
      let kept = observations.enumerated().filter { $0.offset.isMultiple(of: 2) || $0.offset > 300 }
      observations = kept.map(\.element)
    }
  }

  /// The seconds left after some seconds of running; `nil` if nothing is known.
  func left(at seconds: Double) -> Double? {
    let byUsual = usual.flatMap { $0 > seconds ? $0 - seconds : nil }
    guard let last = observations.last, let rate, rate > 0 else { return byUsual }
    let byRate = max(0, (total - last.position) / rate - (seconds - last.seconds))
    guard let byUsual, let first = observations.first, total > first.position else { return byRate }
    // The own rate counts more the longer it lasts.
    let share = min(1, 2 * (last.position - first.position) / (total - first.position))
    return share * byRate + (1 - share) * byUsual
  }

  /// The units per second of the recent past; `nil` until that is long enough.
  private var rate: Double? {
    guard let last = observations.last, let start else { return nil }
    let span = last.seconds - start.seconds
    let recent = last.seconds - max(Self.minimumSpan, span * Self.window)
    // With long units, at least a whole one, since its parts differ: training and validation.
    let from = observations.last {
      $0.seconds >= start.seconds && $0.seconds <= recent
        && (!hasParts || $0.position <= last.position - 1)
    }
    guard let from else { return nil }
    return (last.position - from.position) / (last.seconds - from.seconds)
  }

  /// The first observation that counts: with long units, the first one includes all preparations.
  private var start: Observation? {
    guard hasParts, let first = observations.first else { return observations.first }
    return observations.first { $0.position >= first.position.rounded(.down) + 1 }
  }
}
