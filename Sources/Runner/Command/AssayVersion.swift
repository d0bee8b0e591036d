internal import CBuild

/// The version of this program, of the commit it was built from, and of its compiler.
enum AssayVersion {
  /// The version that is being made, or was released if the build says so.
  static let number = "0.2.0"

  /// The version: with "-dev" unless this is the build of a release.
  static let text = cbuild_is_release() == 1 ? number : number + "-dev"

  /// The commit, known to packages only: a plain `swift build` does not ask git.
  static let commit = known(String(cString: cbuild_commit()))

  /// The date of the commit.
  static let date = known(String(cString: cbuild_date()))

  /// What `assay --version` prints.
  static var line: String { line(text: text, commit: commit, date: date) }

  /// The line with a version, a commit and a date, as far as they are known.
  static func line(text: String, commit: String?, date: String?) -> String {
    let origin = [commit.map { "commit \($0)" }, date].compactMap { $0 }.joined(separator: ", ")
    return "assay \(text)" + (origin.isEmpty ? "" : " (\(origin))")
  }

  /// What the record keeps of this program.
  static var facts: [String: String] {
    var facts = ["assay": text, "swift": swift]
    facts["commit"] = commit
    return facts
  }

  private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }

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
