internal import Imaging
internal import PipelineDSL

/// What was measured on each image, without its pixels.
struct InspectionMeasures: Sendable {
  /// The measurements of one original.
  struct Original: Sendable {
    var hash: PerceptualHash
    /// Hashes of the parts that derived sources show, in the order of `DerivedSource.present`.
    var views: [PerceptualHash]
    var pixels: Digest
    var traits: ImageTraits
    var encoding: JPEGEncoding?
    /// The length of the file, and of the same image encoded again; `nil` for a member of an
    /// archive.
    var bytes: (own: Int, again: Int)?
  }

  /// The measurements of one crop.
  struct Crop: Sendable {
    var hash: PerceptualHash
    var pixels: Digest
    var traits: ImageTraits
  }

  /// One per sample.
  private(set) var crops: [Crop] = []
  /// One per sample, or none if only crops are compared.
  private(set) var originals: [Original] = []

  /// The number of images at a time.
  private static let chunk = 256

  /// Measures the images of a scene, and their originals if these are compared.
  init(
    _ scene: InspectionScene, _ compare: Split.Compared, _ derived: [DerivedSource],
    _ context: StageContext
  ) throws {
    let count = scene.samples.count
    let total = compare == .originals ? 2 * count : count
    crops.reserveCapacity(count)
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let end = min(start + Self.chunk, count)
      crops += try Parallel.map(end - start, threads: context.threads) { offset in
        let image = try scene.images.image(start + offset)
        return Crop(
          hash: PerceptualHash(image), pixels: Digest.of(image.pixels), traits: ImageTraits(image))
      }
      context.events.progress(StageProgress(end, of: total, "images"))
    }
    guard compare == .originals else { return }
    originals.reserveCapacity(count)
    var reader = OriginalReader(context.originals)
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let end = min(start + Self.chunk, count)
      let sources: [PixelSource]
      do throws(StageError) { sources = try reader.sources(of: scene.samples[start..<end]) } catch {
        throw Self.hinted(error)
      }
      originals += try Parallel.map(sources.count, threads: context.threads) { offset in
        try Self.original(sources[offset], scene.samples[start + offset], derived, context)
      }
      context.events.progress(StageProgress(count + end, of: total, "images"))
    }
  }

  private static func original(
    _ source: PixelSource, _ sample: Sample, _ derived: [DerivedSource], _ context: StageContext
  ) throws -> Original {
    let image: Image
    var (encoding, size): (JPEGEncoding?, Int?) = (nil, nil)
    do {
      switch source {
      case .file(let digest):
        let bytes = try context.originals.read(digest)
        (encoding, size) = (JPEGEncoding(bytes), bytes.count)
        image = try ImageCodec.decode(bytes)
      case .member: image = try source.image(context.originals)
      }
    } catch let problem as StageError {
      throw hinted(problem)
    } catch let problem as ImageError {
      throw hinted(StageError("sample \(sample.id): \(problem.reason)"))
    }
    return Original(
      hash: PerceptualHash(image),
      views: derived.filter { $0.origin == sample.source }.compactMap {
        $0.view(of: image).map { PerceptualHash($0) }
      }, pixels: Digest.of(image.pixels), traits: ImageTraits(image.coloured), encoding: encoding,
      bytes: try size.map { ($0, try JPEGCodec.encode(image).count) })
  }

  private static func hinted(_ problem: StageError) -> StageError {
    StageError(
      problem.reason,
      hint: problem.hint ?? "set 'compare' to crops if the originals are not in a location")
  }
}
