import Foundation
import Store
import TestSupport
import Testing

/// Completion of command lines: the words, and each shell that is installed.
@Suite struct CompletionTests {
  private static let pipeline = """
    {
      "assay": 1, "name": "study", "parameters": { "add": 1, "seed": 2 },
      "axes": { "size": [1, 2] },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "score": {
          "uses": "command",
          "with": {
            "argv": ["/bin/sh", "-c", "echo '{\\"test/f1\\": ${size}}' > {outputs.files}/metrics.json # ${add}"]
          }
        }
      }
    }
    """

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 1, classes: 2)
    let ending = try project.run()
    try #require(ending.exit == 0, "\(ending.text)")
    try #require(try project.assay("tag", "best").exit == 0)
    return project
  }

  private func complete(_ project: Project, _ words: String...) throws -> [String] {
    let ending = try SpawnedProgram(["complete"] + words, in: project.folder).wait()
    #expect(ending.exit == 0 && ending.errors.isEmpty, "\(words): \(ending.text)")
    return ending.output.split(separator: "\n").map {
      String($0.split(separator: "\t", omittingEmptySubsequences: false)[0])
    }
  }

  @Test func wordsFitTheirPlace() throws {
    let project = try project()
    let run = try project.records().run("latest").run.id
    #expect(try complete(project, "ru") == ["run", "runs"])
    #expect(try complete(project, "run", "").first == ":files")
    #expect(try complete(project, "run", "pipeline.json", "s") == ["source", "score"])
    #expect(
      try complete(project, "run", "pipeline.json", "score@") == ["score@size=1", "score@size=2"])
    // Without a file, those of the only pipeline in the folder.
    #expect(try complete(project, "run", "--set", "") == ["add=", "seed="])
    #expect(try complete(project, "run", "pipeline.json", "--set", "a") == ["add="])
    #expect(try complete(project, "run", "pipeline.json", "--set=a") == ["--set=add="])
    #expect(try complete(project, "run", "pipeline.json", "--onl") == ["--only-failed"])
    #expect(try complete(project, "run", "--he") == ["--help"])
    #expect(try complete(project, "diff", "b") == ["best"])
    #expect(try complete(project, "show", "") == ["latest", "best", run])
    #expect(try complete(project, "checkout", "latest", "sc").contains("score@size=2"))
    #expect(try complete(project, "checkout", "latest", "score@size=2.") == ["score@size=2.files"])
    #expect(try complete(project, "stages", "fine") == ["fine-tune"])
    #expect(try complete(project, "metrics", "--name", "test/") == ["test/f1"])
    #expect(
      try complete(project, "runs", "--columns", "run,metric.t") == ["run,metric.test/f1"])
    #expect(
      try complete(project, "diff", "latest", "--between", "size=1") == ["size=1,2"])
    #expect(
      try complete(project, "graph", "x", "--format", "") == ["text", "dot", "mermaid", "json"])
    #expect(try complete(project, "cache", "p") == ["push", "pull"])
    #expect(try complete(project, "completion", "") == ["bash", "zsh", "fish"])
  }

  @Test func errorsAreSilent() throws {
    let project = try Project("{ not a pipeline")
    for words in [
      ["nothing", ""], ["run", "pipeline.json", "x@"], ["run", "none.json", "x"], ["show", ""],
      ["run", "--nothing", ""], ["runs", "--results", "none", "--columns", ""], [],
    ] {
      let ending = try SpawnedProgram(["complete"] + words, in: project.folder).wait()
      #expect(ending.exit == 0 && ending.errors.isEmpty, "\(words): \(ending.text)")
    }
  }

  // MARK: Shells

  /// Runs a script in a shell, with `assay` of this build on the path; `nil` if there is no such shell.
  private func shell(_ name: String, _ words: [String], _ script: String, in project: Project)
    throws -> [String]?
  {
    let places = ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }
    guard let path = places.first(where: FileManager.default.isExecutableFile) else {
      print("skipped: \(name) is not installed")
      return nil
    }
    let bin = URL(fileURLWithPath: SpawnedProgram.executable("assay"))
      .deletingLastPathComponent().path
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let ending = try SpawnedProgram(
      words + [script], in: project.folder, program: path,
      environment: ["PATH": bin + ":" + inherited, "HOME": project.folder]
    ).wait()
    #expect(ending.exit == 0, "\(ending.text)")
    return ending.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ("assay ru", ["run", "runs"]), ("assay diff be", ["best"]),
    ("assay run pipeline.json 'score@si", ["score@size=1", "score@size=2"]),
    // Bash replaces only what follows the last `=`, `:` or `@`.
    ("assay run pipeline.json score@size=", ["1", "2"]),
    ("assay run pipeline.json score@", ["size=1", "size=2"]),
    ("assay run pipeline.json --set=a", ["add="]), ("assay run pipe", []),
  ])
  func bash(line: String, expected: [String]) throws {
    // Splits the line as readline does, then calls the function that completes it.
    let script = #"""
      source <(assay completion bash) || exit 1
      COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
      COMP_LINE=$LINE COMP_POINT=${#LINE}
      COMP_WORDS=() piece= quote=
      for ((i = 0; i < ${#LINE}; i++)); do
        c=${LINE:i:1}
        if [[ -z $quote && $c == " " ]]; then [[ -n $piece ]] && COMP_WORDS+=("$piece"); piece=
        elif [[ -z $quote && $c == [=:@] ]]; then
          [[ -n $piece ]] && COMP_WORDS+=("$piece"); COMP_WORDS+=("$c"); piece=
        else
          [[ $c == "'" ]] && quote=1
          piece+=$c
        fi
      done
      if [[ -n $piece || $LINE == *" " ]]; then COMP_WORDS+=("$piece"); fi
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _assay
      (( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}"
      exit 0
      """#
    let lines = try shell(
      "bash", ["--norc", "-c"], "LINE=\"\(line)\"\n" + script, in: try project())
    guard let lines else { return }
    #expect(lines == expected, "\(line)")
  }

  @Test(arguments: [
    ("assay ru", ["run", "runs"]), ("assay diff be", ["best"]),
    ("assay run pipeline.json score@si", ["score@size=1", "score@size=2"]),
    ("assay run pipeline.json --set a", ["add="]), ("assay run pipe", ["pipeline.json"]),
  ])
  func fish(line: String, expected: [String]) throws {
    let lines = try shell(
      "fish", ["--no-config", "-c"],
      "assay completion fish | source; complete -C \"\(line)\" | string split -f1 \\t; true",
      in: try project())
    guard let lines else { return }
    #expect(lines == expected, "\(line)")
  }

  @Test(
    "zsh completes in a real terminal",
    arguments: [
      ("assay metr", "assay metrics "), ("assay diff be", "assay diff best "),
      ("assay run pipeline.json score@size=", "assay run pipeline.json score@size="),
      ("assay run pipeline.json --set ad", "assay run pipeline.json --set add="),
    ])
  func zsh(line: String, expected: String) throws {
    // A shell in a terminal of its own gets the line and the tab key, and shows what became of it.
    let script = #"""
      zmodload zsh/zpty || exit 0
      zpty shell 'zsh -f -i'
      zpty -w shell 'PROMPT=; unsetopt prompt_cr prompt_sp; autoload -Uz compinit; compinit -u -D'
      zpty -w shell 'source <(assay completion zsh)'
      zpty -w shell 'show() { print -r -- "<<<$BUFFER>>>"; BUFFER= }; zle -N show; bindkey "^X" show'
      zpty -w shell 'print READY'
      zpty -r shell out '*READY*READY*'
      zpty -w -n shell "$LINE"$'\t'
      sleep 1
      zpty -w -n shell $'\x18'
      zpty -r shell out '*>>>*'
      print -r -- "${${out##*<<<}%%>>>*}"
      zpty -d shell
      """#
    let lines = try shell("zsh", ["-f", "-c"], "LINE='\(line)'\n" + script, in: try project())
    guard let lines, let last = lines.last else { return }
    #expect(last == expected, "\(lines)")
  }
}
