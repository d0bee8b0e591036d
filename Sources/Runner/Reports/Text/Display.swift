internal import Foundation
internal import PipelineDSL

/// How reports and the command write numbers, times and sizes; the same in every locale.
public enum Display {
  /// A number with up to four significant digits, whole numbers in full.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
    let magnitude = abs(value)
    if magnitude >= 1e-3, magnitude < 1 { return String(format: "%.4f", value) }
    if magnitude >= 1, magnitude < 1e4 {
      let digits = magnitude < 10 ? 3 : magnitude < 100 ? 2 : magnitude < 1000 ? 1 : 0
      return String(format: "%.\(digits)f", value)
    }
    return String(format: "%.3g", value)
  }

  /// A difference with its sign.
  public static func difference(_ value: Double) -> String {
    value > 0 ? "+" + number(value) : number(value)
  }

  /// A duration in seconds: `0.42 s`, `3 min 07 s`, `12 h 05 min`.
  public static func seconds(_ value: Double) -> String {
    guard value.isFinite, value >= 0, value < 1e12 else { return "unknown" }
    if value < 0.0005 { return "0 s" }
    if value < 1 { return String(format: "%.0f ms", value * 1000) }
    if value < 59.95 { return String(format: "%.1f s", value) }
    let whole = Int(value.rounded())
    if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
    return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
  }

  /// A duration in seconds as on a clock: `1:03`, `2:05:00`.
  public static func clock(_ value: Double) -> String {
    guard value.isFinite, value >= 0, value < 1e9 else { return "?" }
    let whole = Int(value.rounded())
    let minutes = whole / 60 % 60
    return whole < 3600
      ? String(format: "%d:%02d", minutes, whole % 60)
      : String(format: "%d:%02d:%02d", whole / 3600, minutes, whole % 60)
  }

  /// A point in time, given in seconds since 1970: `2026-11-21 23:15:01 UTC`.
  public static func time(_ seconds: Double) -> String {
    var time = time_t(max(-6e10, min(seconds, 2.5e11)))
    var parts = tm()
    gmtime_r(&time, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d UTC", Int(parts.tm_year) + 1900,
      Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
      Int(parts.tm_sec))
  }

  /// `1 cell`, `3 cells`.
  public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  /// The beginning of a sample's id, enough to find it in a table.
  static func identifier(_ id: String) -> String {
    id.count > 20 ? "\(id.prefix(12))…" : id
  }

  /// Text on one line, without control characters that a terminal would interpret.
  public static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" ? " " : isControl(scalar) ? "\u{FFFD}" : scalar
        }))
  }

  /// Text of several lines, without control characters that a terminal would interpret.
  public static func lines(_ text: String) -> String {
    // Most text has none, so the bytes are checked first. In UTF-8, controls from U+0080 follow C2.
    var last: UInt8 = 0
    let isClean = text.utf8.allSatisfy { byte in
      defer { last = byte }
      return (byte >= 0x20 || byte == 9 || byte == 10) && byte != 0x7F
        && !(last == 0xC2 && byte < 0xA0)
    }
    guard !isClean else { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          isControl(scalar) && scalar != "\n" && scalar != "\t" ? "\u{FFFD}" : scalar
        }))
  }

  /// Text of at most some characters: a longer one without its middle, `model@ba…eed=3`.
  public static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    guard width > 2 else { return String(text.prefix(max(0, width))) }
    return text.prefix((width - 1) / 2) + "…" + text.suffix(width - 1 - (width - 1) / 2)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }

  /// A number as JSON; a number that is not finite becomes a string, since JSON has no such number.
  static func json(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .string(value.description)
  }

  /// A JSON value for display: text without quotes, digests shortened.
  static func text(_ value: JSONValue?) -> String {
    guard let value else { return "(none)" }
    guard let text = value.text else { return JSONCanonicalForm.text(of: value) }
    return Digest(hex: text)?.short ?? text
  }
}
