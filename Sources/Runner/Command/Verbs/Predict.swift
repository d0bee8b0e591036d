internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Stages
internal import Store

extension Verb {
  static let predict = Verb(
    name: "predict",
    usage: "(--cell CELL [--run RUN] | --model DIR | --network NAME --weights FILE) INPUT ...",
    summary:
      "Classify images, folders of images or .npy arrays, with the model's own preprocessing.",
    options: modelOptions + [
      Option(
        "--as", value: "FORM",
        "originals or crops (default: files are originals, arrays of the model's size are crops)"),
      Option("--logits", "logits instead of probabilities"),
      Option(
        "--output", short: "-o", value: "FILE",
        ".csv or .npy file (default: CSV on standard output)"
      ),
      Option(
        "--grad-cam", value: "DIR",
        "folder for each image overlaid with its Grad-CAM; one file per network of the model"),
      Option("--class", value: "NAME", "class of the Grad-CAM (default: the predicted one)"),
      Option("--cpus", value: "N", "number of processors (default: all)"),
    ] + Workspace.storeOptions + [Workspace.json],
    examples: [
      (
        "assay predict --cell model new/ -o predictions.csv",
        "Classify a folder of images with a model of the latest run."
      ),
      (
        "assay predict --model exported/model cell.png --grad-cam maps",
        "A model that was checked out, with a map of what it looks at."
      ),
    ]
  ) { arguments in
    // Predictions equal those of a run only with the same kernels.
    NumericEnvironment.pin()
    do {
      try PredictionRun(arguments).run(arguments.words)
    } catch let error as StageError {
      throw CommandError.failed(error.description)
    }
  }

  private static let modelOptions = [
    Option("--cell", value: "CELL", "cell of a run that trained the model"),
    Option(
      "--run", value: "RUN", "run of that cell (default: latest of the pipeline in this folder)"),
    Option("--model", value: "DIR", "folder of a model, as written by 'assay checkout'"),
    Option("--network", value: "NAME", "network by name, with --weights"),
    Option("--weights", value: "FILE", "safetensors or .pth file with the reference's names"),
    Option("--size", value: "N", "with --network: image size in pixels (default: 224)"),
    Option(
      "--classes", value: "FILE", "with --network: class names, one per line (default: numbers)"),
  ]
}

/// An invocation of `predict`.
private struct PredictionRun {
  private let arguments: Arguments
  private let form: PredictionInputs.Form
  private let threads: Int

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    let word = arguments.last("--as") ?? "automatic"
    guard let form = PredictionInputs.Form(rawValue: word) else {
      throw CommandError.usage("--as is originals or crops, not '\(word)'")
    }
    self.form = form
    let processors = Machine.current.processors
    threads = min(try arguments.count("--cpus") ?? processors, processors)
  }

  func run(_ words: [String]) throws {
    guard !words.isEmpty else {
      throw CommandError.usage("predict needs images, folders or arrays")
    }
    let (predictor, run) = try predictor()
    // An array stays open until its last row is read.
    OpenFileLimit.allow(words.count)
    let inputs = try PredictionInputs(words)
    let overlay = try overlay(predictor)
    let path = arguments.last("--output")
    var file = try PredictionFile(
      path: path, classes: predictor.classes, sets: predictor.setNames, count: inputs.count,
      logits: arguments.has("--logits"))
    var pictures = try PictureFolder(arguments.last("--grad-cam"))
    var counts = [Int](repeating: 0, count: predictor.classes.count)
    var sets = SetCounts(names: predictor.setNames)
    var problems: [(name: String, reason: String)] = []
    let isArray = file.isArray
    do {
      try predictor.predict(inputs, as: form, overlay: overlay) { name, reason in
        // Array rows have no names, so none may be missing.
        guard !isArray else { throw StageError("\(name): \(reason)") }
        warn("\(name): \(reason)")
        problems.append((name, reason))
      } each: { prediction in
        counts[prediction.predicted] += 1
        sets.add(prediction.sets)
        try file.add(prediction, classes: predictor.classes)
        try pictures.write(prediction.overlays, for: prediction.name)
      }
    } catch {
      if isArray, let path { unlink(path) }
      throw error
    }
    let table = try file.finish()
    report(predictor, run, inputs, counts, sets, problems, table)
    guard problems.isEmpty else { throw CommandError.exit(1) }
  }

  // MARK: The model

  /// The model and, for one of a cell, the run that trained it.
  private func predictor() throws -> (Predictor, RunSummary?) {
    let given = ["--cell", "--model", "--network"].filter { arguments.last($0) != nil }
    guard given.count == 1 else {
      throw CommandError.usage(
        given.isEmpty
          ? "predict needs a model: --cell, --model, or --network with --weights"
          : "predict takes one of \(given.joined(separator: " and "))")
    }
    if let folder = arguments.last("--model") {
      return (try Predictor(model: Self.artifact(folder), threads: threads), nil)
    }
    guard let name = arguments.last("--network") else { return try recorded() }
    guard let weights = arguments.last("--weights") else {
      throw CommandError.usage("--network requires --weights FILE")
    }
    var classes: [String]?
    if let file = arguments.last("--classes") {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw CommandError.usage("\(file): cannot be read")
      }
      classes = text.split(whereSeparator: \.isNewline).map(String.init)
    }
    let predictor = try Predictor(
      network: name, weights: weights, size: try arguments.count("--size") ?? 224,
      classes: classes, threads: threads)
    return (predictor, nil)
  }

  /// The model that a cell of a run produced.
  private func recorded() throws -> (Predictor, RunSummary?) {
    let workspace = Workspace(arguments)
    let records = try workspace.openRecords()
    let run = try FolderPipeline.run(arguments.last("--run") ?? "latest", records)
    let name = arguments.last("--cell") ?? ""
    let target = try CheckoutTarget(name, run: run, records: records)
    guard let row = target.artifacts.first(where: { $0.type == .model }) else {
      throw CommandError.usage("'\(name)' of run \(run.run.id) has no model")
    }
    let objects = try workspace.openStore().objects
    let manifest = try objects.manifest(row.digest)
    // Predictions from damaged weights would not be recognisable as wrong.
    for file in manifest.files { try objects.verify(file.digest) }
    let files = manifest.files.map { ($0.path, objects.path($0.digest)) }
    let model = InputArtifact(
      digest: row.digest, stage: name, files: Dictionary(files) { first, _ in first })
    complain("model of run \(run.run.id) of '\(run.run.pipeline)'")
    return (try Predictor(model: model, threads: threads), run)
  }

  /// A folder that contains a model's files, possibly below the name of the port.
  private static func artifact(_ folder: String) throws -> InputArtifact {
    let places = [folder, folder + "/model"]
    let place = places.first { FileManager.default.fileExists(atPath: $0 + "/model.json") }
    // A model of several parts has each in a folder of its own.
    guard let place, let names = try? FileManager.default.subpathsOfDirectory(atPath: place) else {
      throw CommandError.usage("\(folder): no such file: model.json")
    }
    return InputArtifact(
      digest: Digest.of(Array(place.utf8)), stage: place,
      files: Dictionary(names.map { ($0, place + "/" + $0) }) { first, _ in first })
  }

  private func overlay(_ predictor: Predictor) throws -> Predictor.Overlay {
    guard arguments.last("--grad-cam") != nil else {
      guard arguments.last("--class") == nil else {
        throw CommandError.usage("--class requires --grad-cam DIR")
      }
      return .none
    }
    guard let name = arguments.last("--class") else { return .predicted }
    guard let label = predictor.classes.firstIndex(of: name) else {
      throw CommandError.usage(
        "the model has no class '\(name)'" + NearestName.hint(for: name, among: predictor.classes))
    }
    return .of(label)
  }

  // MARK: Output

  private func warn(_ text: String) {
    complain("warning: " + text)
  }

  private func report(
    _ predictor: Predictor, _ run: RunSummary?, _ inputs: PredictionInputs, _ counts: [Int],
    _ sets: SetCounts, _ problems: [(name: String, reason: String)], _ table: CSVTable?
  ) {
    let classes = zip(predictor.classes, counts).map { ($0, JSONValue.integer($1)) }
    if arguments.has("--json") {
      var facts: JSONObject = [
        "images": .integer(counts.reduce(0, +)), "size": .integer(predictor.size),
        "preparation": .string(predictor.preparationNote),
        "passed-over": .integer(inputs.skippedFiles), "predicted": .object(JSONObject(classes)),
        "problems": .array(
          problems.map { ["image": .string($0.name), "reason": .string($0.reason)] }),
      ]
      facts["sets"] = sets.json
      facts["output"] = arguments.last("--output").map(JSONValue.string)
      facts["run"] = (run?.run.id).map(JSONValue.string)
      facts["pipeline"] = (run?.run.pipeline).map(JSONValue.string)
      facts["rows"] = table.map(PredictedRows.json)
      print(JSONPrettyForm.text(of: .object(facts)), terminator: "")
    } else if let table {
      print(String(decoding: table.bytes, as: UTF8.self), terminator: "")
    } else {
      let sums = zip(predictor.classes, counts).filter { $1 > 0 }.map { "\($0) \($1)" }
      print(
        "\(arguments.last("--output") ?? ""): \(counts.reduce(0, +)) images, "
          + "\(predictor.preparationNote): \(sums.prefix(12).joined(separator: ", "))")
      for line in sets.lines { print(line) }
    }
    if inputs.skippedFiles > 0 {
      warn("\(inputs.skippedFiles) files skipped: no image file extension")
    }
  }
}

/// A folder of overlay images, named after their input images.
private struct PictureFolder {
  private let folder: String?
  private var used: Set<String> = []

  init(_ folder: String?) throws {
    self.folder = folder
    if let folder {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
  }

  /// Writes the overlays of an image, each named after the image and its network, if there are
  /// several; a number is appended if several input images have the same name.
  mutating func write(_ overlays: [Predictor.OverlaidCrop], for name: String) throws {
    guard let folder, !overlays.isEmpty else { return }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let plain = last.replacing(":", with: "-").split(separator: ".").first.map(String.init) ?? last
    func files(_ base: String) -> [String] {
      overlays.map { overlay in
        overlay.part.isEmpty ? base : "\(base)-\(overlay.part.replacing("/", with: "-"))"
      }
    }
    var (candidate, number) = (files(plain), 1)
    while candidate.contains(where: used.contains) {
      number += 1
      candidate = files("\(plain)-\(number)")
    }
    used.formUnion(candidate)
    for (file, overlay) in zip(candidate, overlays) {
      try Data(overlay.png).write(to: URL(fileURLWithPath: "\(folder)/\(file).png"))
    }
  }
}
