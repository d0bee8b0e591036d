internal import Foundation
internal import Reports

/// Prints text for people, or JSON, in which control characters are already escaped.
///
/// It replaces Swift's function in this program: names, reasons and logs come from files and
/// programs and must not control the terminal.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(Display.lines(text), terminator: terminator)
}

/// Reports an error on standard error.
func complain(_ text: String) {
  FileHandle.standardError.write(Data((Display.lines(text) + "\n").utf8))
}
