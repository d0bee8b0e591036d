/// Bytes as people read them.
public enum ByteCount {
  /// Such as `512 B`, `1.5 GiB` or `310 MiB`: one decimal below a hundred, so that columns align.
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
}
