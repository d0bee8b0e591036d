import Foundation
import Imaging
import Testing

/// A committed archive of reference files and numbers (`Fixtures/reference.py`).
struct Reference {
  static let codecs = Reference("codecs")
  static let formats = Reference("formats")
  static let augmentations = Reference("augmentations")
  static let arrays = Reference("arrays")
  static let operations = Reference("operations")
  static let quickshift = Reference("quickshift")
  static let preprocessing = Reference("preprocessing")
  static let cellMask = Reference("cell_mask")

  private let archive: Result<NPZArchive, any Error>

  private init(_ name: String) {
    archive = Result {
      let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).npz")
      return try NPZArchive(parsing: Array(Data(contentsOf: url)))
    }
  }

  /// All names.
  var names: [String] { (try? archive.get().names) ?? [] }

  /// The names of a group, without its prefix.
  func names(_ group: String) -> [String] {
    names.filter { $0.hasPrefix(group + "/") }.map { String($0.dropFirst(group.count + 1)) }
  }

  func array(_ name: String) throws -> NPYArray { try archive.get().member(name) }

  func bytes(_ name: String) throws -> [UInt8] { try array(name).bytes }

  func image(_ name: String) throws -> Image {
    let array = try array(name)
    return Image(
      width: array.shape[1], height: array.shape[0],
      channels: array.shape.count == 3 ? array.shape[2] : 1, pixels: array.bytes)
  }

  func integers(_ name: String) throws -> [Int] { try array(name).floats.map { Int($0) } }

  /// The pixels that a reference decoder read from a file of `codecs.npz`.
  func pixels(of file: String) throws -> Image {
    try names("pixels").contains(file) ? image("pixels/" + file) : image("picture")
  }
}

/// The largest difference between two images' samples; 256 if their sizes differ.
func difference(_ one: Image, _ other: Image) -> Int {
  guard one.width == other.width, one.height == other.height, one.channels == other.channels else {
    return 256
  }
  return zip(one.pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// An image with edges and noise, the same on every call.
func patterned(width: Int, height: Int, channels: Int = 3) -> Image {
  var state: UInt32 = 7
  let pixels = (0..<width * height * channels).map { at in
    state = state &* 1_664_525 &+ 1_013_904_223
    let (x, y) = (at / channels % width, at / channels / width)
    let inside =
      (x - width / 2) * (x - width / 2) + (y - height / 2) * (y - height / 2)
      < width * height / 16
    return UInt8((inside ? 90 + 20 * (at % channels) : 200) + Int(state >> 28))
  }
  return Image(width: width, height: height, channels: channels, pixels: pixels)
}

/// The reason of the `ImageError` that `body` throws; `nil` for no error or another one.
func reason(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let problem as ImageError {
    return problem.reason
  } catch {
    return nil
  }
}

/// Truncates a file at every length and flips bits of every byte.
///
/// Every truncated file must be rejected, and no flipped one may crash its reader. Returns the
/// number of flipped files that were rejected.
func damage(_ file: [UInt8], read: ([UInt8]) throws -> Void) -> Int {
  for length in 0..<file.count {
    #expect(reason { try read(Array(file.prefix(length))) } != nil, "cut to \(length) bytes")
  }
  var refused = 0
  for position in file.indices {
    for bit in [position % 8, (position + 3) % 8, 7] {
      var damaged = file
      damaged[position] ^= 1 << bit
      if reason({ try read(damaged) }) != nil { refused += 1 }
    }
  }
  return refused
}

/// Calls `body` with a unique path in the temporary folder, and removes the file afterwards.
func withTemporaryFile<Result>(_ body: (String) throws -> Result) rethrows -> Result {
  let path = FileManager.default.temporaryDirectory.path + "/imaging-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
