internal import Glibc

/// Splits the output of a pipe into lines.
struct LineReader {
  /// The longest line that is not split, in bytes.
  static let longest = 16_384

  /// The read end of the pipe.
  let descriptor: Int32
  /// Whether the other end is closed.
  private(set) var ended = false
  /// Whether a read will not block.
  var isReady = false
  private var pending: [UInt8] = []

  /// Creates a reader of a descriptor, which `close` closes.
  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Reads once, if that does not block, and passes on complete lines.
  mutating func readReady(_ line: (String) -> Void) {
    guard isReady, !ended else { return }
    isReady = false
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &bytes, bytes.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count > 0 else {
      ended = true
      return
    }
    take(bytes.prefix(count), line)
  }

  /// Adds bytes and passes on complete lines.
  mutating func take(_ bytes: some Sequence<UInt8>, _ line: (String) -> Void) {
    for byte in bytes {
      if byte == 10 {
        hand(line)
      } else {
        pending.append(byte)
        if pending.count == Self.longest { hand(line) }
      }
    }
  }

  /// Passes on the text after the last line end.
  mutating func flush(_ line: (String) -> Void) {
    if !pending.isEmpty { hand(line) }
  }

  /// Closes the descriptor.
  func close() { _ = Glibc.close(descriptor) }

  private mutating func hand(_ line: (String) -> Void) {
    if pending.last == 13 { pending.removeLast() }
    line(String(decoding: pending, as: UTF8.self))
    pending.removeAll(keepingCapacity: true)
  }
}
