internal import Imaging
internal import PipelineDSL

/// Where the pixels of one sample are.
enum PixelSource: Sendable {
  /// A file with this digest.
  case file(Digest)
  /// An image of an array that is in memory.
  case member(NPYArray, index: Int)

  /// The original picture; throws `ImageError` if it cannot be decoded, and `StageError` if it
  /// cannot be had.
  func image(_ originals: OriginalFiles) throws -> Image {
    switch self {
    case .file(let digest): try ImageCodec.decode(try originals.read(digest))
    case .member(let array, let index): BloodMNISTArchive.image(index, of: array)
    }
  }
}

/// Finds the originals of samples by their ids, and keeps open what several of them share.
///
/// An archive is read once, and a member unpacked once for as long as the samples asked for lie in
/// it: asked in the order of ids, no more than two members are in memory.
struct OriginalReader {
  private let originals: OriginalFiles
  private var archive: (digest: Digest, content: BloodMNISTArchive)?
  private var members: [String: NPYArray] = [:]

  init(_ originals: OriginalFiles) { self.originals = originals }

  /// Where the pixels of some samples are, in their order.
  mutating func sources(of samples: ArraySlice<Sample>) throws(StageError) -> [PixelSource] {
    var used: [String: NPYArray] = [:]
    var sources: [PixelSource] = []
    for sample in samples {
      let parts = sample.id.split(separator: ":", maxSplits: 1)
      guard let digest = parts.first.flatMap({ Digest(hex: $0) }) else {
        throw StageError(
          "'\(sample.id)' is no sample id: 64 hexadecimal digits, and :member in an archive")
      }
      guard parts.count == 2 else {
        sources.append(.file(digest))
        continue
      }
      let path = parts[1].split(separator: "/")
      guard path.count == 2, let index = Int(path[1]) else {
        throw StageError("'\(sample.id)' names no member as part/index")
      }
      let key = "\(parts[0]):\(path[0])"
      let array: NPYArray
      if let known = used[key] ?? members[key] {
        array = known
      } else {
        // What the samples before needed may go before more is unpacked.
        members = [:]
        array = try open(digest).images(of: String(path[0]))
      }
      used[key] = array
      guard array.shape[0] > index, index >= 0 else {
        throw StageError("'\(sample.id)': the member has \(array.shape[0]) images")
      }
      sources.append(.member(array, index: index))
    }
    members = used
    return sources
  }

  private mutating func open(_ digest: Digest) throws(StageError) -> BloodMNISTArchive {
    if let archive, archive.digest == digest { return archive.content }
    let content = try BloodMNISTArchive(
      try originals.read(digest), name: try originals.path(digest))
    archive = (digest, content)
    return content
  }
}
