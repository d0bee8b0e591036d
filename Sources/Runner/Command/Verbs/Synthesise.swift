internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Synthesis

extension Verb {
  static let synthesise = Verb(
    name: "synthesise",
    usage: "DIR [--sources LIST] [--images N] [--seed N] [--plant KIND[:HOW]]",
    summary:
      "Write synthetic blood-smear images and nucleus masks in the layouts of the real data sets.",
    options: [
      Option(
        "--sources", value: "LIST",
        "demo (default), seven (those of paper A), all, or names joined by commas"),
      Option("--images", value: "N", "total number of images (default: 2400)"),
      Option("--seed", value: "N", "seed of all random draws (default: 17)"),
      Option(
        "--plant", value: "KIND[:HOW]",
        "leak or shortcut in the source shortcut, low, medium (default) or high; repeatable"),
    ],
    examples: [
      ("assay synthesise data/synthetic", "The images of Pipelines/demo.json."),
      (
        "assay synthesise data/leaky --plant leak:high --images 300",
        "A small set in which something is wrong."
      ),
    ]
  ) { arguments in
    let folder = try arguments.word(0, "DIR")
    try arguments.expect(atMost: 1)
    let seedText = arguments.last("--seed") ?? "17"
    guard let seed = UInt64(seedText) else {
      throw CommandError.usage("--seed takes a whole number, not '\(seedText)'")
    }
    let images = try arguments.count("--images") ?? 2400
    let plants = try plants(arguments.all("--plant"))
    var plan = try plan(
      arguments.last("--sources") ?? (plants.isEmpty ? "demo" : "shortcut"), images: images,
      seed: seed)
    plan.plants = plants
    guard plants.isEmpty || plan.counts[.shortcut] != nil else {
      throw CommandError.usage("--plant needs the source 'shortcut': add it to --sources")
    }
    let dataset = SyntheticDataset(plan)
    let began = ProcessInfo.processInfo.systemUptime
    let isNew: Bool
    do throws(SynthesisError) {
      isNew = try dataset.write(
        to: folder, threads: Machine.current.processors, digest: { Digest.of($0).hex })
    } catch {
      throw CommandError.failed(String(describing: error))
    }
    let summary = dataset.summary
    guard isNew else {
      return print("\(folder): \(summary.images) images exist already")
    }
    for (source, count) in plan.counts where count == source.most {
      print("\(source.rawValue): \(count) images are the maximum that its file names allow")
    }
    for source in summary.sources {
      let classes = source.classes.map { "\($0.label) \($0.images)" }.joined(separator: ", ")
      print("\(folder)/\(source.folder): \(source.images) images (\(classes))")
    }
    if !plants.isEmpty {
      print(
        "planted \(plants.map(\.text).joined(separator: ", ")); \(folder)/planted.csv lists the images"
      )
    }
    let seconds = ProcessInfo.processInfo.systemUptime - began
    print(
      "\(summary.images) images and \(summary.masks) masks written in \(Display.seconds(seconds))")
  }

  /// The plants that the values of `--plant` name, by kind.
  private static func plants(
    _ words: [String]
  ) throws(CommandError) -> [SyntheticDataset.Plant] {
    var plants: [SyntheticDataset.Plant] = []
    for word in words {
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      guard let kind = SyntheticDataset.Plant.Kind(rawValue: parts[0]) else {
        let known = SyntheticDataset.Plant.Kind.allCases.map(\.rawValue)
        throw .usage(
          "--plant: no kind '\(parts[0])'\(NearestName.hint(for: parts[0], among: known)); "
            + "the kinds are \(known.joined(separator: ", "))")
      }
      let strength = parts.count > 1 ? parts[1] : "medium"
      guard let strength = SyntheticDataset.Plant.Strength(rawValue: strength) else {
        let known = SyntheticDataset.Plant.Strength.allCases.map(\.rawValue)
        throw .usage(
          "--plant: no strength '\(strength)'\(NearestName.hint(for: strength, among: known)); "
            + "the strengths are \(known.joined(separator: ", "))")
      }
      guard !plants.contains(where: { $0.kind == kind }) else {
        throw .usage("--plant names '\(kind.rawValue)' twice")
      }
      plants.append(SyntheticDataset.Plant(kind, strength))
    }
    return plants.sorted { $0.text < $1.text }
  }

  /// The plan for a list of sources; those of the demo have individual shares, others equal ones.
  private static func plan(
    _ list: String, images: Int, seed: UInt64
  ) throws(CommandError) -> SyntheticDataset.Plan {
    let sources = try sources(list)
    let plan =
      list == "demo"
      ? SyntheticDataset.Plan(seed: seed, images: images)
      : SyntheticDataset.Plan(seed: seed, images: images, sources: sources)
    let empty = sources.filter { plan.counts[$0] == nil }.map(\.rawValue)
    guard empty.isEmpty else {
      throw .usage(
        "--images \(images) leaves none for \(empty.joined(separator: ", ")); use a larger number")
    }
    return plan
  }

  /// The sources that a list names, without duplicates.
  private static func sources(
    _ list: String
  ) throws(CommandError) -> [SyntheticDataset.Source] {
    switch list {
    case "demo": return SyntheticDataset.Source.demo
    case "seven": return SyntheticDataset.Source.seven
    case "all": return SyntheticDataset.Source.collections
    default: break
    }
    var sources: [SyntheticDataset.Source] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let source = SyntheticDataset.Source(rawValue: name) else {
        let known = SyntheticDataset.Source.allCases.map(\.rawValue) + ["demo", "seven", "all"]
        throw .usage(
          "--sources: no source '\(name)'\(NearestName.hint(for: name, among: known)); the sources are "
            + known.joined(separator: ", "))
      }
      if !sources.contains(source) { sources.append(source) }
    }
    return sources
  }
}
