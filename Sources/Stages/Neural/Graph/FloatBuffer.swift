internal import Glibc

/// Zeroed floats at a fixed address on a cache line.
///
/// Large ones ask for huge pages: five hundred times fewer faults when they are first touched, and fewer waits for
/// address translation where kernels walk through activations in steps of many kilobytes.
final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int
  private let raw: UnsafeMutableRawPointer
  /// On x86-64, and on AArch64 with pages of 4 KiB; where they are larger, the advice only does less.
  private static let hugePage = 2 << 20

  init(count: Int) {
    self.count = max(count, 16)
    let bytes = self.count * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    raw = .allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    // Only advice: a system without huge pages refuses, and nothing changes.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    start = raw.bindMemory(to: Float.self, capacity: self.count)
    start.initialize(repeating: 0, count: self.count)
  }

  deinit { raw.deallocate() }
}

/// Buffers that are lent and come back, so that a pass takes no new memory once it has run.
struct BufferPool {
  private var free: [FloatBuffer] = []

  /// The smallest free buffer that holds `count` floats, or a new one of that size.
  ///
  /// On the way back outputs get larger; so a new one replaces the largest of those that are too small,
  /// which otherwise nobody would take again.
  mutating func take(_ count: Int) -> FloatBuffer {
    let fitting = free.indices.filter { free[$0].count >= count }
    if let best = fitting.min(by: { free[$0].count < free[$1].count }) {
      return free.remove(at: best)
    }
    if let largest = free.indices.max(by: { free[$0].count < free[$1].count }) {
      free.remove(at: largest)
    }
    return FloatBuffer(count: count)
  }

  /// Takes a buffer back.
  mutating func give(_ buffer: FloatBuffer) { free.append(buffer) }
}
