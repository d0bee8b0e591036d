internal import Foundation
internal import Glibc
internal import PipelineDSL

/// Runs any program as a stage.
struct Command: StageKind {
  struct Parameters: StageParameters {
    var argv: [CommandWord] = []
    var outputs: [String: ArtifactType] = ["files": .files]
    var environment: [String: CommandWord] = [:]
    var code: [String] = []
    var compare: [String: ArtifactComparator] = [:]

    static let fields: [ParameterField<Self>] = [
      ParameterField(
        "argv", \.argv, required: true,
        "program and arguments; {inputs.NAME} and {outputs.NAME} are replaced by folders"),
      ParameterField(
        "outputs", \.outputs, "output folders: name and artifact type of each"),
      ParameterField(
        "environment", \.environment,
        "environment variables besides PATH, HOME, LANG, ASSAY_SEED and ASSAY_THREADS"),
      ParameterField(
        "code", \.code,
        "globs of files it uses besides those in argv; their content is part of the key"),
      ParameterField(
        "compare", \.compare, keyed: false,
        "comparison of outputs by 'audit --replay': bytes (default), ignore, or json or table with a tolerance, as in \"json 1e-6\"; not part of the key"
      ),
    ]

    /// The arguments of the command line.
    var words: [String] { argv.map(\.text) }

    func conflicts() -> [String] {
      var problems: [String] = []
      if words.first?.isEmpty ?? true { problems.append("'argv' does not name a program") }
      if outputs.isEmpty { problems.append("'outputs' is empty: the stage would produce nothing") }
      for name in outputs.keys.sorted() where !Self.isName(name) {
        problems.append(
          "output '\(name)' is not a valid folder name: use letters, digits, '-' and '_'")
      }
      for placeholder in CommandWords(words).placeholders
      where placeholder.isOutput && outputs[placeholder.name] == nil {
        let known = outputs.keys.sorted()
        let hint = NearestName.find(placeholder.name, among: known).map {
          ", did you mean '\($0)'?"
        }
        problems.append(
          "'argv' uses \(placeholder.text), but the outputs are "
            + known.joined(separator: ", ") + (hint ?? ""))
      }
      for name in compare.keys.sorted() where outputs[name] == nil {
        let known = outputs.keys.sorted()
        let hint = NearestName.find(name, among: known).map { ", did you mean '\($0)'?" }
        problems.append(
          "'compare' names '\(name)', but the outputs are " + known.joined(separator: ", ")
            + (hint ?? ""))
      }
      for name in environment.keys.sorted() where name.isEmpty || name.contains("=") {
        problems.append("'\(name)' is not a valid name of an environment variable")
      }
      let texts = words + environment.flatMap { [$0.key, $0.value.text] }
      if texts.contains(where: { $0.utf8.contains(0) }) {
        problems.append("'argv' and 'environment' cannot hold a NUL character")
      }
      return problems
    }

    private static func isName(_ text: String) -> Bool {
      !text.isEmpty
        && text.utf8.allSatisfy {
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-")
            || $0 == UInt8(ascii: "_")
        }
    }
  }

  static let name = "command"
  static let revision = 1
  static let summary =
    "Runs any program on read-only inputs and keeps its output folders."
  static let source = "Assay"
  static let draws = true
  static let ports = Ports(
    outputs: [
      OutputPort("files", .files, "files that the program writes; 'outputs' declares other outputs")
    ],
    open: true)

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  func resolvedPorts() -> Ports {
    Ports(
      outputs: parameters.outputs.sorted { $0.key < $1.key }.map {
        OutputPort(
          $0.key, $0.value, comparator: parameters.compare[$0.key] ?? .bytes,
          "What the program writes below {outputs.\($0.key)}.")
      }, open: true)
  }

  /// The executable, every argument that is a file, and the matches of the code globs.
  func codeFiles(_ known: ProgramFiles) -> [String] {
    var files: [String] = []
    let words = parameters.words
    if let program = words.first,
      let executable = known.executable(program, along: searchPath, ProgramSearch.executable)
    {
      files.append(executable)
    }
    files += words.dropFirst().filter { known.isFile($0, ProgramSearch.isFile) }
    files += parameters.code.flatMap(ProgramSearch.files)
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted }
  }

  func run(_ context: StageContext) throws {
    let program = parameters.words[0]
    guard let executable = ProgramSearch.executable(program, along: searchPath) else {
      throw StageError(
        "program '\(program)' not found"
          + (program.contains("/") ? "" : " along PATH (\(searchPath))"),
        hint: ProgramSearch.nearest(to: program, along: searchPath).map { "did you mean '\($0)'?" }
          ?? "install it, or write its path")
    }
    if let glob = parameters.code.first(where: { ProgramSearch.files(matching: $0).isEmpty }) {
      throw StageError("'code': no file matches '\(glob)'", hint: "correct the glob or remove it")
    }
    let folders = try InputFolders.make(context.inputs, below: context.scratch + "/.inputs")
    let words = try CommandWords(parameters.words).filled { (placeholder) throws(StageError) in
      if placeholder.isOutput { return absolute(context.output(placeholder.name)) }
      guard let folder = folders[placeholder.name] else {
        let known = folders.keys.sorted()
        throw StageError(
          "'argv' uses \(placeholder.text), but "
            + (known.isEmpty
              ? "the stage has no inputs" : "its inputs are " + known.joined(separator: ", ")),
          hint: NearestName.find(placeholder.name, among: known).map { "did you mean '\($0)'?" }
            ?? "name it in 'needs': {\"\(placeholder.name)\": \"STAGE\"}")
      }
      return absolute(folder)
    }
    let home = context.scratch + "/.home"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let seal = InputSeal(context.inputs)
    var lines: [String] = []
    let child = ChildProcess(
      executable: executable, arguments: words,
      environment: environment(home: absolute(home), context))
    let ending = try child.run { line in
      context.events.log(line)
      lines.append(line)
      if lines.count > 20 { lines.removeFirst() }
    }
    if let changed = seal.broken() {
      throw StageError(
        "'\(program)' changed '\(changed.file)' of its input '\(changed.port)', which is read-only",
        hint: "let it work on a copy; find what is damaged with 'assay audit', and compute it again"
      )
    }
    try check(ending, lines)
    try collect(context)
  }

  private var searchPath: String {
    // Reads one variable and not the whole environment, since a run needs it for every stage.
    parameters.environment["PATH"]?.text ?? getenv("PATH").map { String(cString: $0) }
      ?? "/usr/local/bin:/usr/bin:/bin"
  }

  private func environment(home: String, _ context: StageContext) -> [String: String] {
    [
      "PATH": searchPath, "HOME": home, "LANG": "C", "ASSAY_SEED": String(context.seed),
      "ASSAY_THREADS": String(context.threads),
    ].merging(parameters.environment.mapValues(\.text)) { $1 }
  }

  private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }

  private func check(_ ending: ChildProcess.Ending, _ lines: [String]) throws(StageError) {
    let how: String
    switch ending {
    case .exit(0): return
    case .exit(let status): how = "ended with status \(status)"
    case .signal(let number):
      how = "was terminated by signal \(number) (\(String(cString: strsignal(number))))"
    }
    throw StageError(
      "'\(parameters.words[0])' \(how)"
        + (lines.isEmpty
          ? "; it wrote nothing" : "; its last lines:\n  " + lines.joined(separator: "\n  ")))
  }

  /// Checks that the program wrote to every output, and records its metrics.
  private func collect(_ context: StageContext) throws(StageError) {
    var recorded: [String: String] = [:]
    for name in parameters.outputs.keys.sorted() {
      let folder = context.output(name)
      guard !ProgramSearch.filesBelow(folder).isEmpty else {
        throw StageError(
          "'\(parameters.words[0])' wrote nothing to output '\(name)'",
          hint: "write into {outputs.\(name)}, or take it out of 'outputs'")
      }
      guard let data = FileManager.default.contents(atPath: folder + "/" + MetricsFile.name)
      else { continue }
      let place = "\(MetricsFile.name) of output '\(name)'"
      let (metrics, skipped) = try MetricsFile.read([UInt8](data), called: place)
      for metric in skipped {
        context.events.warn("\(place): '\(metric)' is not a number: skipped")
      }
      for metric in metrics.keys.sorted() {
        if let other = recorded.updateValue(name, forKey: metric) {
          context.events.warn(
            "'\(metric)' is in the metrics of outputs '\(other)' and '\(name)': both are recorded")
        }
      }
      context.events.record(metrics)
    }
  }
}
