/// Zeroed floats at a fixed address on a cache line.
final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int
  private let raw: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = max(count, 16)
    raw = .allocate(byteCount: self.count * MemoryLayout<Float>.stride, alignment: 64)
    start = raw.bindMemory(to: Float.self, capacity: self.count)
    start.initialize(repeating: 0, count: self.count)
  }

  deinit { raw.deallocate() }
}

/// Buffers that are lent and come back, so that a pass takes no new memory once it has run.
struct BufferPool {
  private var free: [FloatBuffer] = []

  /// The smallest free buffer that holds `count` floats, or a new one of that size.
  mutating func take(_ count: Int) -> FloatBuffer {
    let fitting = free.indices.filter { free[$0].count >= count }
    guard let best = fitting.min(by: { free[$0].count < free[$1].count }) else {
      return FloatBuffer(count: count)
    }
    return free.remove(at: best)
  }

  /// Takes a buffer back.
  mutating func give(_ buffer: FloatBuffer) { free.append(buffer) }
}
