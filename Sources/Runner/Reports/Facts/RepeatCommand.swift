internal import PipelineDSL

/// The command that runs one cell of a run again, derived from the command of the run.
struct RepeatCommand {
  /// The options that decide what a cell is and where its result is kept.
  private static let carried: Set = [
    "--parameters", "--set", "-S", "--axis", "--results", "--store", "--profile", "--executor",
  ]

  private let file: String
  private let options: [String]

  /// Reads the command of a run, such as `assay run Pipelines/demo.json --set size=96 -j 2`.
  init(_ command: String) {
    let words = ShellWords.split(command)
    var options: [String] = []
    for (index, word) in words.enumerated() {
      if Self.carried.contains(word), index + 1 < words.count {
        options += [word, words[index + 1]]
      } else if let equals = word.firstIndex(of: "="),
        Self.carried.contains(String(word[..<equals]))
      {
        options.append(word)
      }
    }
    let values = Set(options)
    file = words.first { $0.hasSuffix(".json") && !values.contains($0) } ?? "FILE"
    self.options = options
  }

  /// The command that runs a stage or cell; what is cached has to be forced.
  func text(_ target: String, isForced: Bool = false) -> String {
    ShellWords.joined(
      ["assay", "run", file, target] + (isForced ? ["--force"] : []) + options)
  }
}
