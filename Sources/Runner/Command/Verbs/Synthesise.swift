internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Synthesis

extension Verb {
  static let synthesise = Verb(
    name: "synthesise", usage: "DIR [--sources LIST] [--images N] [--seed N]",
    summary: "Write synthetic blood-smear images, with nucleus masks, in the real sets' layouts.",
    options: [
      Option(
        "--sources", value: "LIST",
        "demo (the default), seven (the sources of paper A), all, or names joined by commas: "
          + SyntheticDataset.Source.allCases.map(\.rawValue).joined(separator: ", ")),
      Option("--images", value: "N", "how many images in all (default: 2400)"),
      Option("--seed", value: "N", "the seed of every draw (default: 17)"),
    ]
  ) { arguments in
    let folder = try arguments.word(0, "the folder to write to")
    try arguments.expect(atMost: 1)
    let seedText = arguments.last("--seed") ?? "17"
    guard let seed = UInt64(seedText) else {
      throw CommandError.usage("--seed takes a whole number, not '\(seedText)'")
    }
    let images = try arguments.count("--images") ?? 2400
    let plan =
      try sources(arguments.last("--sources") ?? "demo").map {
        SyntheticDataset.Plan(seed: seed, images: images, sources: $0)
      } ?? SyntheticDataset.Plan(seed: seed, images: images)
    let dataset = SyntheticDataset(plan)
    let began = ProcessInfo.processInfo.systemUptime
    let isNew: Bool
    do throws(SynthesisProblem) {
      isNew = try dataset.write(
        to: folder, threads: Machine.current.processors, digest: { Digest.of($0).hex })
    } catch {
      throw CommandError.failed(String(describing: error))
    }
    let summary = dataset.summary
    guard isNew else {
      return print("\(folder): \(summary.images) images are there already")
    }
    for source in summary.sources {
      let classes = source.classes.map { "\($0.label) \($0.images)" }.joined(separator: ", ")
      print("\(folder)/\(source.folder): \(source.images) images (\(classes))")
    }
    let seconds = ProcessInfo.processInfo.systemUptime - began
    print(
      "\(summary.images) images and \(summary.masks) masks written in \(Display.seconds(seconds))")
  }

  /// The sources that a list names, in equal shares; `nil` for the demo, which has shares of its own.
  private static func sources(
    _ list: String
  ) throws(CommandError) -> [SyntheticDataset.Source]? {
    switch list {
    case "demo": return nil
    case "seven": return SyntheticDataset.Source.seven
    case "all": return SyntheticDataset.Source.allCases
    default: break
    }
    var sources: [SyntheticDataset.Source] = []
    for name in list.split(separator: ",").map(String.init) {
      guard let source = SyntheticDataset.Source(rawValue: name) else {
        throw .usage("--sources: no source '\(name)'; see 'assay synthesise --help'")
      }
      sources.append(source)
    }
    return sources
  }
}
