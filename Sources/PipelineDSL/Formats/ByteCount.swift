/// Bytes as people read them.
public enum ByteCount {
  /// Such as `1.5 GiB`; below 1 KiB as plain bytes.
  public static func text(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let rounded = (value * 10).rounded() / 10
    return unit == 0 || rounded == rounded.rounded()
      ? "\(Int(rounded)) \(units[unit])" : "\(rounded) \(units[unit])"
  }
}
