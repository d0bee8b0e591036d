import Foundation
import TestSupport
import Testing

@testable import Execution

@Suite struct StopSignalTests {
  /// Signals that the test process does not use otherwise.
  @Test func signalsAreToldApart() throws {
    let stop = try StopSignal([SIGUSR1, SIGUSR2])
    #expect(stop.takeAll() == [])
    for number in [SIGUSR1, SIGUSR2] {
      var seen: Set<Int32> = []
      // A signal that comes before the system watches for it is ignored.
      let arrived = eventually {
        kill(getpid(), number)
        seen.formUnion(stop.takeAll())
        return !seen.isEmpty
      }
      #expect(arrived && seen == [number])
      usleep(100_000)
      #expect(Set(stop.takeAll()).isSubset(of: [number]))
    }
  }
}
