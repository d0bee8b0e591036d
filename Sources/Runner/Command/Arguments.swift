internal import PipelineDSL

/// An option of a command verb.
struct Option: Sendable {
  /// The long form, including its dashes.
  let name: String
  /// The short form, if it has one.
  var short: String?
  /// The placeholder for its value in help; `nil` for a flag.
  var value: String?
  /// The one word that may follow a flag; any other word is an argument.
  var word: String?
  let help: String

  init(
    _ name: String, short: String? = nil, value: String? = nil, word: String? = nil, _ help: String
  ) {
    (self.name, self.short, self.value, self.word) = (name, short, value, word)
    self.help = help
  }

  /// The placeholder of its value or word, as shown in help.
  var placeholder: String { value.map { " \($0)" } ?? word.map { " [\($0)]" } ?? "" }
}

/// The arguments of a command line, separated into options and positional arguments.
struct Arguments: Sendable {
  private(set) var words: [String] = []
  private var values: [String: [String]] = [:]

  /// Parses arguments with a verb's options; `--` ends the options.
  init(_ words: some Sequence<String>, options: [Option]) throws(CommandError) {
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
      if word == "--" {
        self.words += rest
        return
      }
      guard word.hasPrefix("-"), word.count > 1 else {
        self.words.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] || $0.short == parts[0] })
      else {
        let near = NearestName.find(parts[0], among: options.map(\.name))
        let hint = near.map { "; did you mean \($0)?" } ?? ""
        throw .usage("unknown option \(parts[0])" + hint)
      }
      guard let form = option.value else {
        var given = parts.count > 1 ? parts[1] : nil
        if given == nil, let word = option.word, rest.first == word { given = rest.popFirst() }
        guard given == nil || given == option.word else {
          throw .usage(
            "\(option.name) takes no value" + (option.word.map { " other than \($0)" } ?? ""))
        }
        values[option.name, default: []].append(given ?? "")
        continue
      }
      guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
        throw .usage("\(option.name) needs a value: \(option.name) \(form)")
      }
      values[option.name, default: []].append(value)
    }
  }

  /// Whether a flag was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The last value of an option.
  func last(_ name: String) -> String? { values[name]?.last }

  /// All values of an option, in order.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The last value of an option as a whole number of at least 1.
  func count(_ name: String) throws(CommandError) -> Int? {
    guard let text = last(name) else { return nil }
    guard let number = Int(text), number >= 1 else {
      throw .usage("\(name) takes a whole number of at least 1, not '\(text)'")
    }
    return number
  }

  /// The positional argument at an index; throws a usage error with `what` if it is missing.
  func word(_ index: Int, _ what: String) throws(CommandError) -> String {
    guard words.indices.contains(index) else { throw .usage("missing argument: \(what)") }
    return words[index]
  }

  /// Throws a usage error if there are more positional arguments than `count`.
  func expect(atMost count: Int) throws(CommandError) {
    if words.count > count { throw .usage("unexpected argument '\(words[count])'") }
  }
}

/// Why a command ends with an exit code other than 0.
enum CommandError: Error {
  /// 2: the command line is invalid.
  case usage(String)
  /// 3: the pipeline is invalid; the text contains the diagnostics.
  case invalid(String)
  /// 1: a requested action failed.
  case failed(String)
  /// 6: the store or the record is damaged.
  case damaged(String)
  /// Everything has been printed already; only the exit code remains.
  case exit(Int)
}
