internal import Foundation

/// An axis of numbers: a range that is mapped to a stretch of a drawing.
struct Scale: Sendable {
  let range: ClosedRange<Double>
  /// Where the ends of the range are drawn.
  let from: Double
  let to: Double

  /// The place of a value; a value outside the range is at its edge.
  func place(_ value: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    // A range of almost all numbers overflows the span.
    guard span.isFinite, span > 0 else { return (from + to) / 2 }
    let share = (max(range.lowerBound, min(value, range.upperBound)) - range.lowerBound) / span
    return from + share * (to - from)
  }

  /// The range of all finite values; `nil` without any.
  static func range(of values: some Sequence<Double>) -> ClosedRange<Double>? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    // A constant line runs through the middle, whatever its value: a rate may be 0.001.
    let pad = high > low ? 0 : high == 0 ? 0.5 : abs(high) * 0.1
    guard (low - pad).isFinite, (high + pad).isFinite else { return low...high }
    return (low - pad)...(high + pad)
  }

  /// Round numbers inside a range, about `count` of them.
  static func ticks(_ range: ClosedRange<Double>, count: Int = 4) -> [Double] {
    let span = range.upperBound - range.lowerBound
    guard span.isFinite, span > 0 else { return [range.lowerBound] }
    let rough = span / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.9999 } ?? 10) * power
    // A step that vanishes beside the values gives no ticks between them.
    guard step > 0 else { return [range.lowerBound, range.upperBound] }
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    guard first <= last, last - first < 50 else { return [range.lowerBound, range.upperBound] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// The text at a tick.
  static func label(_ tick: Double) -> String {
    abs(tick) >= 1e4 || tick != 0 && abs(tick) < 1e-3
      ? String(format: "%.1e", tick) : String(format: "%.4g", tick)
  }
}
