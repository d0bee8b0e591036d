internal import PipelineDSL
internal import Reports
internal import Stages

extension Verb {
  static let initialise = Verb(
    name: "init", usage: "[DIR] [--data DIR]",
    summary:
      "Write a first pipeline that runs at once, on synthetic images or on those of a folder.",
    options: [
      Option("--data", value: "DIR", "folder with images (default: new synthetic ones in DIR/data)")
    ],
    examples: [
      ("assay init study", "A pipeline of synthetic images in a new folder."),
      ("assay init --data ~/images", "A pipeline of the data sets that 'assay doctor' recognises."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 1)
    let project = NewProject(folder: arguments.words.first ?? ".")
    do throws(StageError) {
      try project.requireAbsent()
      let pipeline: StarterPipeline
      if let data = arguments.last("--data") {
        pipeline = try project.write(data: data)
      } else {
        pipeline = try project.write(data: project.synthesise())
      }
      for set in pipeline.sets { print("\(set.name) in \(set.folder): \(set.images) images") }
    } catch {
      throw CommandError.failed(error.description)
    }
    print("wrote \(project.written.joined(separator: ", "))\n\nNext:")
    if project.folder != "." { print("  cd \(ShellWords.quoted(project.folder))") }
    for (command, what) in NewProject.next {
      print("  " + command + String(repeating: " ", count: 36 - command.count) + "# " + what)
    }
  }
}
