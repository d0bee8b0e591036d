extension Verb {
  static let completion = Verb(
    name: "completion", usage: "SHELL",
    summary: "Print a script that makes bash, zsh or fish complete verbs, options, stages, cells, "
      + "runs, tags and parameters.",
    options: [],
    examples: [
      ("source <(assay completion bash)", "In ~/.bashrc; with zsh instead of bash, in ~/.zshrc."),
      (
        "assay completion fish > ~/.config/fish/completions/assay.fish",
        "Loaded by fish when it is first needed."
      ),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let name = try arguments.word(0, "bash, zsh or fish")
    guard let script = CompletionScript(rawValue: name) else {
      throw CommandError.usage("completion takes bash, zsh or fish, not '\(name)'")
    }
    print(script.text, terminator: "")
  }
}
