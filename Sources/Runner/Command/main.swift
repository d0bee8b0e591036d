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
  guard let name = words.first, !["help", "--help", "-h"].contains(name) else {
    if words.count > 1, let verb = Verb.all.first(where: { $0.name == words[1] }) {
      return print(verb.help, terminator: "")
    }
    return print(Verb.overview, terminator: "")
  }
  if ["version", "--version"].contains(name) { return print("assay \(AssayVersion.text)") }
  if name == "worker" { Worker(catalogue: StageCatalogue.all).serve() }
  guard let verb = Verb.all.first(where: { $0.name == name }) else {
    throw CommandError.usage(
      "unknown verb '\(name)'" + NearestName.hint(for: name, among: Verb.all.map(\.name)))
  }
  let rest = words.dropFirst()
  if rest.contains("--help") || rest.contains("-h") { return print(verb.help, terminator: "") }
  try verb.run(try Arguments(rest, options: verb.options))
}

do { try dispatch(words) } catch {
  let ending = ErrorEnding(error)
  guard let text = ending.text else { exit(Int32(ending.code)) }
  if !ending.isList { fail(text, Int32(ending.code)) }
  complain(text)
  exit(Int32(ending.code))
}
