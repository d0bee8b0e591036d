internal import Foundation

// Throws damaged input at every parser: `assay-fuzz --help`, and docs/fuzzing.md.

let words = Array(CommandLine.arguments.dropFirst())
do {
  switch words.first {
  case "--help", "-h", "help": print(FuzzCommand.help, terminator: "")
  case "--list": for format in FuzzFormat.all { print(format.name) }
  case "judge": try FuzzCommand.judge(Array(words.dropFirst()))
  case "repeat": try FuzzCommand.again(Array(words.dropFirst()))
  default: exit(try FuzzCommand.run(FuzzCommand.options(words)))
  }
} catch {
  FuzzCommand.fail(String(describing: error))
}
