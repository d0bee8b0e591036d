import Foundation
import Synchronization
import Testing

@testable import Neural

@Suite struct ProcessorMaskTests {
  @Test func othersLackOneProcessor() throws {
    let own = try #require(ProcessorMask.ofThisThread())
    let others = own.others()
    #expect((others == nil) == (own.count == 1))
    if let others { #expect(others.count == own.count - 1) }
  }

  @Test func threadsCanBeRestrictedAndReleased() throws {
    let own = try #require(ProcessorMask.ofThisThread())
    guard let others = own.others() else { return }
    let counts = Mutex<[Int]>([])
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      for mask in [others, own] {
        mask.apply(to: pthread_self())
        counts.withLock { $0.append(ProcessorMask.ofThisThread()?.count ?? -1) }
      }
      done.signal()
    }
    thread.start()
    done.wait()
    #expect(counts.withLock { $0 } == [others.count, own.count])
  }
}
