internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

// The command: dispatches to the verbs and converts errors to messages and exit codes.

let words = Array(CommandLine.arguments.dropFirst())

func fail(_ text: String, _ code: Int32) -> Never {
  complain("assay: " + text)
  exit(code)
}

func dispatch(_ words: [String]) throws {
  let width = TerminalWidth.ofHelp
  guard let name = words.first, !["help", "--help", "-h"].contains(name) else {
    if words.count > 1 {
      return print(try Verb.named(words[1]).help(width: width), terminator: "")
    }
    return print(Verb.overview(width: width), terminator: "")
  }
  if ["version", "--version"].contains(name) { return print(AssayVersion.line) }
  if name == "worker" {
    guard words.count == 3, words[1] == "--jobs" else {
      Worker(catalogue: StageCatalogue.all).serve()
    }
    let (executable, environment) = try Workspace.workers()
    var worker = try JobWorker(
      batch: words[2], executable: executable, environment: environment,
      catalogue: StageCatalogue.all)
    exit(try worker.run())
  }
  // Asked by shells on every press of the tab key; see `assay completion`.
  if name == "complete" { return print(LineCompletion(words.dropFirst()).lines, terminator: "") }
  let verb = try Verb.named(name)
  let rest = words.dropFirst()
  if verb.asksForHelp(rest) { return print(verb.help(width: width), terminator: "") }
  try verb.run(try Arguments(rest, options: verb.options))
}

do { try dispatch(words) } catch {
  let ending = ErrorEnding(error)
  guard let text = ending.text else { exit(Int32(ending.code)) }
  if !ending.isList { fail(text, Int32(ending.code)) }
  complain(text)
  exit(Int32(ending.code))
}
