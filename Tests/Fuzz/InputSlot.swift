internal import Foundation

/// The current input, in a file mapped by both the testing process and its overseer.
///
/// If an input kills the process, the overseer still has that input.
final class InputSlot {
  /// The fields before the input, one 64-bit word each.
  enum Word: Int {
    /// Inputs started.
    case begun
    /// Bytes of the current input.
    case length
    /// Inputs tested completely.
    case tested
    /// Inputs that were accepted, not refused.
    case taken
    /// Distinct outcomes.
    case outcomes
    /// The maximum number of heap bytes that an input took.
    case mostMemory
    /// The maximum share of its bound that an input took, in thousandths.
    case mostShare
    /// A checksum over all inputs, equal for equal inputs.
    case sum
  }

  private static let lead = 128
  /// The capacity for an input; longer ones are not tested.
  static let room = 4 << 20

  let path: String
  private let start: UnsafeMutableRawPointer

  /// Maps the file at a path, which is first created or emptied if `isNew`.
  init(_ path: String, isNew: Bool) throws {
    self.path = path
    let flags = O_RDWR | O_CLOEXEC | (isNew ? O_CREAT | O_TRUNC : 0)
    let descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else { throw FuzzError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let size = Self.lead + Self.room
    guard !isNew || ftruncate(descriptor, off_t(size)) == 0,
      let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      start != MAP_FAILED
    else { throw FuzzError("\(path): \(String(cString: strerror(errno)))") }
    self.start = start
  }

  deinit { munmap(start, Self.lead + Self.room) }

  subscript(word: Word) -> UInt64 {
    get { start.load(fromByteOffset: 8 * word.rawValue, as: UInt64.self) }
    set { start.storeBytes(of: newValue, toByteOffset: 8 * word.rawValue, as: UInt64.self) }
  }

  /// The current input.
  var input: [UInt8] {
    let length = min(Int(clamping: self[.length]), Self.room)
    return Array(UnsafeRawBufferPointer(start: start + Self.lead, count: length))
  }

  /// Stores an input before it is tested.
  func keep(_ input: [UInt8]) {
    precondition(input.count <= Self.room, "an input of \(input.count) bytes")
    input.withUnsafeBytes { raw in
      if let from = raw.baseAddress {
        (start + Self.lead).copyMemory(from: from, byteCount: raw.count)
      }
    }
    self[.length] = UInt64(input.count)
    self[.begun] += 1
    var sum = self[.sum] ^ UInt64(input.count)
    for byte in input { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self[.sum] = sum
  }
}
