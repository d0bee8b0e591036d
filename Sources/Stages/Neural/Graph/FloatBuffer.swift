internal import Glibc

/// A zero-initialised buffer of floats at a fixed address, aligned to a cache line.
///
/// Large buffers request huge pages: five hundred times fewer page faults on first touch, and fewer
/// stalls on address translation where kernels walk through activations in steps of many kilobytes.
final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int
  private let raw: UnsafeMutableRawPointer
  /// The size of a huge page on x86-64, and on AArch64 with 4 KiB pages; where huge pages are
  /// larger, the advice only has less effect.
  private static let hugePage = 2 << 20

  init(count: Int) {
    self.count = max(count, 16)
    let bytes = self.count * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    raw = .allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    // Only advice: on a system without huge pages the call fails and nothing changes.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    start = raw.bindMemory(to: Float.self, capacity: self.count)
    start.initialize(repeating: 0, count: self.count)
  }

  deinit { raw.deallocate() }
}

/// A pool of reusable buffers, so that a pass allocates no memory after its first run.
struct BufferPool {
  private var free: [FloatBuffer] = []

  /// Takes the smallest free buffer that holds `count` floats, or allocates one of that size.
  ///
  /// During the backward pass outputs get larger, so a new buffer replaces the largest of those
  /// that are too small, which would otherwise never be used again.
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

  /// Returns a buffer to the pool.
  mutating func give(_ buffer: FloatBuffer) { free.append(buffer) }
}
