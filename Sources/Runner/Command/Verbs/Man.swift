internal import Foundation

extension Verb {
  static let man = Verb(
    name: "man", usage: "[VERB] [-o DIR]",
    summary: "Print the manual page of the command or of a verb, or write all pages to a folder.",
    options: [
      Option("--output", short: "-o", value: "DIR", "folder for the pages of all verbs")
    ],
    examples: [
      ("assay man run | man -l -", "Read the page of 'assay run'."),
      ("assay man -o ~/.local/share/man/man1", "Write all pages where man finds them."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    guard let folder = arguments.last("--output") else {
      let page =
        try arguments.words.first.map { ManualPage(try Verb.named($0)) } ?? ManualPage()
      return print(page.text, terminator: "")
    }
    guard arguments.words.isEmpty else {
      throw CommandError.usage("--output writes the pages of all verbs, so it takes no VERB")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for page in ManualPage.all {
        try Data(page.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(page.fileName)"))
      }
    } catch {
      throw CommandError.failed("\(folder): cannot be written: \(error.localizedDescription)")
    }
    print("manual pages: \(folder)")
  }
}
