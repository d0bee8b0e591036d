internal import Foundation

// Tests every parser with damaged input: see `assay-fuzz --help` and docs/fuzzing.md.

let words = Array(CommandLine.arguments.dropFirst())
do {
  switch words.first {
  case "--help", "-h", "help": print(FuzzCommand.help, terminator: "")
  case "--list": for format in FuzzFormat.all { print(format.name) }
  case "test-inputs": try FuzzCommand.testInputs(Array(words.dropFirst()))
  case "repeat": try FuzzCommand.again(Array(words.dropFirst()))
  default: exit(try FuzzCommand.run(FuzzCommand.options(words)))
  }
} catch {
  FuzzCommand.fail(String(describing: error))
}
