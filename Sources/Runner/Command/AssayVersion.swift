/// The version of this program and of the compiler it was built with.
enum AssayVersion {
  static let text = "0.1.0"

  /// The version of the compiler, as far as conditional compilation reveals it.
  static var swift: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
