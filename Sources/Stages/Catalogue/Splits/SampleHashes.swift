internal import Imaging
internal import PipelineDSL

/// The perceptual hashes of samples: of each image, and of the part of it that derived images show.
struct SampleHashes {
  /// The number of samples.
  let count: Int
  /// The hashes: first those of whole images, one per sample, then those of parts.
  private(set) var hashes: [PerceptualHash] = []
  /// The sample of each hash.
  private(set) var owners: [Int] = []
  /// Pairs of samples of which the first was found as part of the second.
  private(set) var cutOuts: [(derived: Int, original: Int)] = []

  /// The hashes of an artifact's samples.
  ///
  /// `derived` are the sources whose images are to be found in their originals.
  init(
    _ artifact: InputArtifact, _ compare: Split.Compared, _ derived: [DerivedSource],
    within limit: Int, _ context: StageContext
  ) throws {
    let images = try ImageSet(artifact)
    count = images.samples.count
    guard compare == .originals else {
      hashes = try Parallel.map(images.samples.count, threads: context.threads) {
        PerceptualHash(try images.image($0))
      }
      owners = Array(hashes.indices)
      return
    }
    let found = try Self.ofOriginals(images.samples, derived, context)
    hashes = found.map(\.whole)
    owners = Array(found.indices)
    for (index, one) in found.enumerated() {
      hashes += one.parts
      owners += one.parts.map { _ in index }
    }
    for source in derived where source.geometry == .cutOut {
      cutOuts += try Self.cutOuts(images.samples, source, within: limit, context)
    }
  }

  private struct Hashes: Sendable {
    var whole: PerceptualHash
    var parts: [PerceptualHash]
  }

  /// The number of originals looked up at a time.
  private static let chunk = 256

  private static func ofOriginals(
    _ samples: [Sample], _ derived: [DerivedSource], _ context: StageContext
  ) throws -> [Hashes] {
    var found: [Hashes] = []
    try forEachOriginal(samples, context) { index, image in
      let origins = derived.filter { $0.origin == samples[index].source }
      return Hashes(
        whole: PerceptualHash(image),
        parts: origins.compactMap { $0.view(of: image).map { PerceptualHash($0) } })
    } take: { results in
      found += results
      context.events.progress(StageProgress(found.count, of: samples.count, "images"))
    }
    return found
  }

  /// Searches every image of the derived source in every original.
  ///
  /// The cut-outs are kept in memory, and one original per thread.
  private static func cutOuts(
    _ samples: [Sample], _ source: DerivedSource, within limit: Int, _ context: StageContext
  ) throws -> [(derived: Int, original: Int)] {
    let derived = samples.indices.filter { samples[$0].source == source.name }
    let origins = samples.indices.filter { samples[$0].source == source.origin }
    var images: [Image] = []
    try forEachOriginal(derived.map { samples[$0] }, context) {
      $1.grey
    } take: {
      images += $0
    }
    let search = CutOuts(images)
    var pairs: [(derived: Int, original: Int)] = []
    var done = 0
    try forEachOriginal(origins.map { samples[$0] }, context) { _, image in
      search.found(in: image, within: limit)
    } take: { results in
      for (offset, found) in results.enumerated() {
        pairs += found.map { (derived[$0], origins[done + offset]) }
      }
      done += results.count
      context.events.progress(StageProgress(done, of: origins.count, "searched images"))
    }
    return pairs
  }

  /// Calls `body` with the original of each sample, on several threads, and `take` with the results
  /// of each chunk, in order.
  private static func forEachOriginal<Value: Sendable>(
    _ samples: [Sample], _ context: StageContext, _ body: @Sendable (Int, Image) throws -> Value,
    take: ([Value]) -> Void
  ) throws {
    var reader = OriginalReader(context.originals)
    for start in stride(from: 0, to: samples.count, by: chunk) {
      let end = min(start + chunk, samples.count)
      let sources: [PixelSource]
      do throws(StageError) { sources = try reader.sources(of: samples[start..<end]) } catch {
        throw hinted(error)
      }
      take(
        try Parallel.map(sources.count, threads: context.threads) { offset in
          let image: Image
          do { image = try sources[offset].image(context.originals) } catch let problem
            as StageError
          {
            throw hinted(problem)
          } catch let problem as ImageError {
            throw hinted(StageError("sample \(samples[start + offset].id): \(problem.reason)"))
          }
          return try body(start + offset, image)
        })
    }
  }

  private static func hinted(_ problem: StageError) -> StageError {
    StageError(
      problem.reason,
      hint: problem.hint ?? "set 'compare' to crops if the originals are not in a location")
  }
}
