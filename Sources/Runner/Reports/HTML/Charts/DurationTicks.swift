/// Round durations on an axis of time.
enum DurationTicks {
  private static let minute = 60.0
  private static let hour = 3600.0
  private static let day = 86_400.0
  /// Steps that people count in, in seconds.
  private static let steps: [Double] =
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
    + [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour }
    + [1, 2, 7, 14, 30, 90, 365].map { $0 * day }

  /// About eight moments from 0 to a duration, in seconds.
  static func ticks(upTo span: Double) -> [Double] {
    guard span.isFinite, span > 0 else { return [0] }
    let step = steps.first { span / $0 <= 9 } ?? span
    return (0...Int(span / step)).map { Double($0) * step }
  }

  /// A duration in its largest units: `1.5 s`, `5 min`, `1 h 30`, `2 d`.
  static func label(_ seconds: Double) -> String {
    if seconds == 0 { return "0" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < minute {
      let tenths = Int((seconds * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    let whole = Int(min(seconds, 1e15).rounded())
    if seconds < hour {
      return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60)"
    }
    if seconds < day {
      return whole % 3600 == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(whole % 3600 / 60)"
    }
    return whole % 86_400 == 0
      ? "\(whole / 86_400) d" : "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}
