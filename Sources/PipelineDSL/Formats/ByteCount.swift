/// Byte counts as human-readable text.
public enum ByteCount {
  /// A count such as `512 B`, `1.5 GiB` or `310 MiB`; one decimal below 100, so that columns align.
  public static func text(_ bytes: Int) -> String {
    var value = Double(bytes)
    var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
    var unit = units.removeFirst()
    while abs(value) >= 1024, let next = units.popFirst() {
      value /= 1024
      unit = next
    }
    let isWhole = unit == "B" || abs(value) >= 100
    let tenths = Int((abs(value) * 10).rounded())
    let sign = value < 0 ? "-" : ""
    return isWhole
      ? "\(Int(value.rounded())) \(unit)" : "\(sign)\(tenths / 10).\(tenths % 10) \(unit)"
  }

  /// The byte count of text such as `16 GiB`, `512MiB` or `1 TiB`; `nil` for anything else.
  public static func parse(_ text: String) -> Int? {
    let units = ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let scale = units[String(unit)], let number = Double(digits) else { return nil }
    let bytes = number * Double(scale)
    return bytes >= 1 && bytes < 0x1p62 ? Int(bytes) : nil
  }
}
