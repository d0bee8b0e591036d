internal import Glibc

/// Identifies this machine, since its last boot, among those that use the same store.
enum ThisHost {
  /// The host's name on the network.
  static var name: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "" }
    return withUnsafeBytes(of: names.nodename) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The kernel's boot id, new after each boot; empty if the kernel provides none.
  static var boot: String {
    let bytes = try? OpenFile(reading: "/proc/sys/kernel/random/boot_id").readAll()
    return String(decoding: bytes ?? [], as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
  }
}
