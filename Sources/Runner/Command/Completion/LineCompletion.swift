internal import Reports

/// The words that may follow on a command line that is being typed.
///
/// It is asked on every press of the tab key, so it reads little and is silent about everything that
/// is wrong.
struct LineCompletion {
  /// A word, and what it means in a few words.
  struct Candidate {
    let word: String
    var about = ""
  }

  /// What to offer.
  enum Answer {
    case words([Candidate])
    /// The shell completes names of files.
    case files
    /// The shell completes names of folders.
    case folders
  }

  /// The line that makes the shell complete names of files.
  static let filesLine = ":files"
  /// The line that makes the shell complete names of folders.
  static let foldersLine = ":folders"
  /// The maximum number of words that are offered.
  private static let limit = 500

  private let words: [String]
  private let last: String

  /// A command line without the program's name; its last word is the one being typed, empty if it was
  /// not begun.
  init(_ words: some Sequence<String>) {
    let words = Array(words)
    (self.words, last) = (Array(words.dropLast()), words.last ?? "")
  }

  /// The answer for a shell: a line per word with its meaning after a tab, or one that asks for files.
  var lines: String {
    switch answer {
    case .files: return Self.filesLine + "\n"
    case .folders: return Self.foldersLine + "\n"
    case .words(let candidates):
      return candidates.lazy.filter { $0.word.hasPrefix(last) && $0.word.allSatisfy(\.isPlain) }
        .prefix(Self.limit).map { candidate in
          let about = Display.line(candidate.about).prefix(60)
          return candidate.word + (about.isEmpty ? "" : "\t\(about)") + "\n"
        }.joined()
    }
  }

  private var answer: Answer {
    guard let name = words.first else {
      return .words(Verb.all.map { .init(word: $0.name, about: $0.summary) })
    }
    if name == "help" { return words.count == 1 ? .words(CompletionValues.verbs) : .words([]) }
    guard let verb = Verb.all.first(where: { $0.name == name }) else { return .words([]) }
    var before = Array(words.dropFirst())
    // `--option=value`
    if last.hasPrefix("--"), let equals = last.firstIndex(of: "=") {
      let head = String(last[..<equals])
      guard let option = Self.option(head, of: verb) else { return .words([]) }
      return values(option, verb, before).prefixed(head + "=")
    }
    if let word = before.last, before.dropLast().last != "--",
      let option = Self.option(word, of: verb)
    {
      before.removeLast()
      return values(option, verb, before)
    }
    if last.hasPrefix("-"), !before.contains("--") {
      let help = Candidate(word: "--help", about: "help of the verb")
      return .words(verb.options.map { .init(word: $0.name, about: $0.help) } + [help])
    }
    guard let arguments = try? Arguments(before, options: verb.options) else { return .words([]) }
    let values = CompletionValues(verb: verb, arguments: arguments, typed: last)
    return UsageSlots(verb).placeholders(after: arguments.words).map { values.answer(for: $0) }
      .reduce(.words([])) { $0.joined($1) }
  }

  /// The option of a verb with a form, if it takes a value.
  private static func option(_ form: String, of verb: Verb) -> Option? {
    verb.options.first { $0.value != nil && ($0.name == form || $0.short == form) }
  }

  private func values(_ option: Option, _ verb: Verb, _ before: [String]) -> Answer {
    guard let arguments = try? Arguments(before, options: verb.options) else { return .words([]) }
    let typed =
      last.hasPrefix(option.name + "=") ? String(last.dropFirst(option.name.count + 1)) : last
    return CompletionValues(verb: verb, arguments: arguments, typed: typed).answer(for: option)
  }
}

extension LineCompletion.Answer {
  /// The words of both; names of files if either asks for them.
  fileprivate func joined(_ other: Self) -> Self {
    switch (self, other) {
    case (.words(let own), .words(let others)): .words(own + others)
    case (.words, _): other
    default: self
    }
  }

  /// Every word after a text.
  fileprivate func prefixed(_ text: String) -> Self {
    guard case .words(let candidates) = self else { return self }
    return .words(candidates.map { .init(word: text + $0.word, about: $0.about) })
  }
}

extension Character {
  /// Whether it can be offered to a shell, which takes lines and tabs for ends of words.
  fileprivate var isPlain: Bool {
    !isNewline && self != "\t" && asciiValue.map { $0 >= 0x20 } ?? true
  }
}
