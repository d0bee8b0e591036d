internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Synthesis

extension Verb {
  static let synthesise = Verb(
    name: "synthesise", usage: "DIR [--images N] [--seed N]",
    summary: "Write synthetic blood-smear images, with nucleus masks, in the real sets' layouts.",
    options: [
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
    let plan = SyntheticDataset.Plan(seed: seed, images: try arguments.count("--images") ?? 2400)
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
}
