internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages
internal import Store

extension Verb {
  static let doctor = Verb(
    name: "doctor", usage: "[--data DIR]",
    summary: "Report which data sets a folder contains and their problems, or describe the "
      + "installation.",
    options: [
      Option("--data", value: "DIR", "folder to search; images are not decoded"),
      Option("--results", value: "DIR", "folder of the store and the record (default: results)"),
      Workspace.json,
    ],
    examples: [
      ("assay doctor", "The installation and its problems."),
      ("assay doctor --data data", "The data sets in a folder, with stages that read them."),
    ]
  ) { arguments in
    try arguments.expect(atMost: 0)
    guard let folder = arguments.last("--data") else {
      NumericEnvironment.pin()
      let facts = Installation(results: Workspace(arguments).results)
      arguments.printFacts(text: facts.text, json: facts.json)
      guard facts.problems.isEmpty else { throw CommandError.exit(1) }
      return
    }
    let survey: DataSurvey
    do throws(StageError) {
      survey = try DataSurvey(of: folder, threads: Machine.current.processors)
    } catch {
      throw CommandError.usage(error.description)
    }
    arguments.printFacts(text: survey.text, json: survey.json)
    guard survey.isSound else { throw CommandError.exit(1) }
  }
}

extension DataSurvey {
  /// The survey as text: data sets, unknown files, problems, and stages for a pipeline.
  var text: String {
    var text = "\(folder): \(files) files, \(sets.count) data sets\n"
    for set in sets { text += "\n" + set.text }
    if !unknown.isEmpty { text += "\nFiles that belong to no known data set:\n" }
    for group in unknown {
      let more = group.files > 1 ? " and \(group.files - 1) more" : ""
      text += "  \(group.folder.isEmpty ? "." : group.folder)/: \(group.first)\(more)\n"
    }
    for problem in problems { text += "problem: \(problem)\n" }
    guard !sets.isEmpty else {
      return text + "\nno known data set found; 'assay stages' lists what can be ingested\n"
    }
    text += "\nAs stages of a pipeline:\n"
    for member in stages.members {
      let line = JSONPrettyForm.text(of: .object([member.name: member.value]))
      // The outer braces belong to the pipeline.
      text += line.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n") + ",\n"
    }
    return text
  }
}

extension SurveyedSet {
  /// The name and folder, a table of counts, problems and notes.
  var text: String {
    var text = "\(name) in \(folder): \(images) images in \(files) files\n"
    let hasSections = counts.contains { !$0.section.isEmpty }
    var columns: [TextTable.Column] = [.left("  class"), .right("here"), .right("published")]
    if hasSections { columns.insert(.left("section"), at: 1) }
    var table = TextTable(columns)
    for count in counts {
      var row = [
        "  " + (count.label ?? "all"), String(count.found), count.published.map(String.init) ?? "?",
      ]
      if hasSections { row.insert(count.section.isEmpty ? "-" : count.section, at: 1) }
      table.append(row)
    }
    if !counts.isEmpty { text += table.text }
    for problem in problems { text += "  problem: \(problem)\n" }
    for note in notes { text += "  note: \(note)\n" }
    return text
  }
}

/// A description of this program, its libraries, the machine and the results folder.
struct Installation {
  /// Names and values, in the order shown.
  let facts: [(name: String, value: String)]
  /// Problems that would prevent a pipeline from running, one sentence each.
  let problems: [String]

  init(results: String) {
    var facts = [
      ("assay", AssayVersion.text), ("stage kinds", String(StageCatalogue.all.kinds.count)),
    ]
    facts += Machine.description.sorted { $0.key < $1.key }.filter { $0.key != "host" }
    let libraries = StageCatalogue.all.kinds.reduce(into: [String: String]()) {
      $0.merge($1.libraries()) { $1 }
    }
    facts += libraries.filter { $0.key != "architecture" }.sorted { $0.key < $1.key }
    var problems: [String] = []
    for (name, version) in libraries where version.hasPrefix("unusable") {
      problems.append("\(name) is \(version)")
    }
    let place = Self.existing(results)
    facts.append(("results", results + (place == results ? "" : ", does not exist yet")))
    facts.append(("results are on", FileSystem.networkName(of: place) ?? "a local disk"))
    if access(place, W_OK) != 0 {
      problems.append("\(place) cannot be written to: \(String(cString: strerror(errno)))")
    }
    if FileManager.default.fileExists(atPath: results + "/assay.sqlite") {
      do {
        let records = try RunRecords(path: results + "/assay.sqlite", create: false)
        facts.append(("runs", String(try records.runs(limit: .max, pipeline: nil).count)))
      } catch {
        problems.append("the record cannot be read: \(error)")
      }
    }
    (self.facts, self.problems) = (facts, problems.sorted())
  }

  /// The folder, or its nearest existing ancestor.
  private static func existing(_ folder: String) -> String {
    var place = folder
    while !FileManager.default.fileExists(atPath: place) {
      let above = (place as NSString).deletingLastPathComponent
      guard !above.isEmpty else { return "." }
      place = above
    }
    return place
  }

  var text: String {
    var table = TextTable([.left("fact"), .left("value")])
    for fact in facts { table.append([fact.name, fact.value]) }
    return table.text + problems.map { "problem: \($0)\n" }.joined()
  }

  var json: JSONValue {
    [
      "facts": .object(JSONObject(facts.map { ($0.name, JSONValue.string($0.value)) })),
      "problems": .array(problems.map(JSONValue.string)),
    ]
  }
}
