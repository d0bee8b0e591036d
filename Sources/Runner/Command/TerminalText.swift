internal import Foundation
internal import Reports

/// Prints text for a person, or JSON, whose controls are escaped already.
///
/// It stands in for Swift's own in this program: names, reasons and logs come from files and programs,
/// and none may steer the terminal.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(Display.lines(text), terminator: terminator)
}

/// Says on standard error why something did not work.
func complain(_ text: String) {
  FileHandle.standardError.write(Data((Display.lines(text) + "\n").utf8))
}
