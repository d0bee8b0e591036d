/// Ticks of an axis of time.
enum DateTicks {
  private static let day = 86_400.0
  /// The steps between ticks, in seconds: from a minute to ten years.
  private static let steps: [Double] =
    [60, 300, 900, 3_600, 10_800, 21_600, day, 2 * day, 7 * day, 14 * day]
    + [30, 61, 91, 182, 365, 730, 1_825, 3_650].map { $0 * day }

  /// Up to six ticks between two times in seconds since 1970, as dates, or as times of a day.
  static func ticks(from first: Double, to last: Double) -> [(at: Double, label: String)] {
    guard first.isFinite, last.isFinite, last > first else { return [] }
    let step = steps.first { (last - first) / $0 <= 5 } ?? (last - first) / 4
    let start = (first / step).rounded(.up)
    guard start.isFinite, (last / step - start) < 20 else { return [] }
    return stride(from: start, through: last / step, by: 1).map { number in
      let text = Display.time(number * step)
      // Of `2026-11-21 23:15:01 UTC`, the date or the time.
      let label = step < day ? text.dropFirst(11).prefix(5) : text.prefix(10)
      return (number * step, String(label))
    }
  }
}
