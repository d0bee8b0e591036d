import Testing

@testable import Neural

@Suite struct FloatBufferTests {
  @Test(arguments: [0, 5, 1 << 12, 1 << 20])
  func buffersAreZeroedAndCacheLineAligned(count: Int) {
    let buffer = FloatBuffer(count: count)
    #expect(buffer.count >= count && UInt(bitPattern: buffer.start) % 64 == 0)
    #expect((0..<buffer.count).allSatisfy { buffer.start[$0] == 0 })
  }

  @Test func poolTakesTheSmallestFittingBuffer() {
    var pool = BufferPool()
    let (small, large) = (pool.take(20), pool.take(50))
    pool.give(large)
    pool.give(small)
    #expect(pool.take(18) === small && pool.take(18) === large)
    #expect(pool.take(18).count == 18)
  }

  @Test func poolReplacesABufferThatIsTooSmall() {
    var pool = BufferPool()
    weak var small: FloatBuffer?
    do {
      let buffer = pool.take(20)
      small = buffer
      pool.give(buffer)
    }
    #expect(small != nil)
    #expect(pool.take(30).count == 30 && small == nil)
  }
}
