import Foundation
import TestSupport
import Testing

@testable import Execution

@Suite struct StopSignalTests {
  /// Signals that the test process does not use otherwise.
  @Test func signalsAreToldApart() throws {
    let stop = try StopSignal([SIGUSR1, SIGUSR2])
    #expect(stop.takeAll() == [])
    kill(getpid(), SIGUSR1)
    var seen: [Int32] = []
    let first = eventually(seconds: 10) {
      seen += stop.takeAll()
      return seen == [SIGUSR1]
    }
    #expect(first, "\(seen)")
    kill(getpid(), SIGUSR2)
    let second = eventually(seconds: 10) {
      seen += stop.takeAll()
      return seen == [SIGUSR1, SIGUSR2]
    }
    #expect(second, "\(seen)")
  }
}
