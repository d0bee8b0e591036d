internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Stages

extension Verb {
  static let audit = Verb(
    name: "audit", usage: "RUN [--expect SEAL] [--replay]",
    summary: "Verify the record of a run; exit 5 if something differs from it.",
    options: Workspace.storeOptions + [
      Option(
        "--expect", value: "SEAL",
        "seal as it was written down elsewhere, or its first digits"),
      Option("--replay", "run the cells again in a scratch folder and compare their output"),
      Option(
        "--sample", value: "PART", "part of the cells to replay: a share such as 5%, or a number"),
      Option("--seed", value: "N", "seed that selects the cells of a sample (default: 0)"),
      Option("--stage", value: "S", "only cells of this stage"),
      Option("--jobs", short: "-j", value: "N", "maximum number of cells at the same time"),
      Option("--cpus", value: "N", "number of processors (default: all)"),
      Workspace.json,
    ],
    examples: [
      ("assay audit latest", "Is the record of the latest run true?"),
      (
        "assay audit best --replay --sample 5%",
        "Also run a twentieth of its cells again and compare the bytes."
      ),
    ]
  ) { arguments in
    // Must come first: keys contain the kernels in use.
    NumericEnvironment.pin()
    try arguments.expect(atMost: 1)
    let reference = try arguments.word(0, "RUN")
    let workspace = Workspace(arguments)
    let machine = Machine.current
    let processors = min(try arguments.count("--cpus") ?? .max, machine.processors)
    let replay = try replay(arguments, processors: processors)
    let records = try workspace.openRecords()
    guard FileManager.default.fileExists(atPath: workspace.storeRoot) else {
      throw CommandError.damaged("\(workspace.storeRoot): no such store; name another with --store")
    }
    let auditor = RunAuditor(
      catalogue: StageCatalogue.all, cache: try workspace.openStore(), records: records,
      threads: processors, version: AssayVersion.text)
    let isQuiet = arguments.has("--json")
    let report = try auditor.audit(reference, expect: arguments.last("--expect"), replay: replay) {
      if !isQuiet { print($0) }
    }
    arguments.printFacts(text: text(of: report), json: report.json)
    if report.exit != 0 { throw CommandError.exit(report.exit) }
  }

  private static func replay(_ arguments: Arguments, processors: Int) throws -> ReplayRequest? {
    guard arguments.has("--replay") else {
      for option in ["--sample", "--seed", "--stage", "--jobs"] where arguments.has(option) {
        throw CommandError.usage("\(option) requires --replay")
      }
      return nil
    }
    let (executable, environment) = try Workspace.workers()
    var request = ReplayRequest(
      machine: Machine(processors: processors, memory: Machine.current.memory),
      executable: executable, environment: environment)
    request.stage = arguments.last("--stage")
    request.jobs = try arguments.count("--jobs") ?? processors
    if let text = arguments.last("--sample") {
      guard let sample = ReplayRequest.Sample(text: text) else {
        throw CommandError.usage(
          "--sample takes a part such as 5% or a number of cells, not '\(text)'")
      }
      request.sample = sample
    }
    if let text = arguments.last("--seed") {
      guard let seed = Int(text) else {
        throw CommandError.usage("--seed takes a whole number, not '\(text)'")
      }
      request.seed = seed
    }
    return request
  }

  private static func text(of report: AuditReport) -> String {
    var text = "run \(report.run)" + (report.pipeline.map { " of \($0)" } ?? "") + "\n"
    if let seal = report.seal { text += "seal \(seal.hex)\n" }
    for check in report.checks {
      let counts = check.counts.map { what, count in
        what == "bytes" ? ByteCount.text(count) : "\(count) \(what)"
      }
      let found = check.problems.isEmpty ? "ok" : "PROBLEMS: \(check.problems.count)"
      text += check.name.padding(toLength: 10, withPad: " ", startingAt: 0)
      text += found.padding(toLength: 12, withPad: " ", startingAt: 0)
      text += counts.joined(separator: ", ") + "\n"
      for note in check.notes { text += "  note: \(Display.line(note))\n" }
      for problem in check.problems { text += "  problem: \(Display.line(problem.text))\n" }
    }
    let count = report.problems.count
    let end = report.isInterrupted ? "interrupted; " : ""
    return text + end
      + (count == 0
        ? "no difference from the record\n"
        : "\(Display.count(count, "difference")) from the record\n")
  }
}
