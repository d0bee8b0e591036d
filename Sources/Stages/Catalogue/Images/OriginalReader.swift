internal import Imaging
internal import PipelineDSL

/// The source of a sample's pixels.
enum PixelSource: Sendable {
  /// A file with this digest.
  case file(Digest)
  /// An image in an array in memory.
  case member(NPYArray, index: Int)

  /// The original; throws `ImageError` if it cannot be decoded, `StageError` if it cannot be read.
  func image(_ originals: OriginalFiles) throws -> Image {
    switch self {
    case .file(let digest): try ImageCodec.decode(try originals.read(digest))
    case .member(let array, let index): BloodMNISTArchive.image(index, of: array)
    }
  }
}

/// Finds the originals of samples by their ids, and keeps open what several of them share.
///
/// An archive is read once, and a member stays unpacked as long as the requested samples are in it:
/// if requested in the order of ids, at most two members are in memory.
struct OriginalReader {
  private let originals: OriginalFiles
  private var archive: (digest: Digest, content: BloodMNISTArchive)?
  private var members: [String: NPYArray] = [:]

  init(_ originals: OriginalFiles) { self.originals = originals }

  /// The sources of the pixels of samples, in order.
  mutating func sources(of samples: ArraySlice<Sample>) throws(StageError) -> [PixelSource] {
    var used: [String: NPYArray] = [:]
    var sources: [PixelSource] = []
    for sample in samples {
      let parts = Sample.imageID(sample.id).split(separator: ":", maxSplits: 1)
      guard let digest = parts.first.flatMap({ Digest(hex: $0) }) else {
        throw StageError(
          "'\(sample.id)' is not a sample id: 64 hexadecimal digits, and :member in an archive")
      }
      guard parts.count == 2 else {
        sources.append(.file(digest))
        continue
      }
      let path = parts[1].split(separator: "/")
      guard path.count == 2, let index = Int(path[1]) else {
        throw StageError("'\(sample.id)' does not name a member as part/index")
      }
      let key = "\(parts[0]):\(path[0])"
      let array: NPYArray
      if let known = used[key] ?? members[key] {
        array = known
      } else {
        // Release the members of earlier samples before unpacking another.
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
