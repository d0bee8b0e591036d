internal import Glibc

/// What tells this machine, since it was started, from others that use the same store.
enum ThisHost {
  /// The name it has on the network.
  static var name: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "" }
    return withUnsafeBytes(of: names.nodename) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// A text that is new each time the kernel starts; empty where the kernel gives none.
  static var boot: String {
    let bytes = try? OpenFile(reading: "/proc/sys/kernel/random/boot_id").readAll()
    return String(decoding: bytes ?? [], as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
  }
}
