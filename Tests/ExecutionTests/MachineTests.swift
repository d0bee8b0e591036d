import Testing

@testable import Execution

@Suite struct MachineTests {
  @Test func currentMachineIsDescribed() {
    #expect(Machine.current.processors >= 1)
    #expect(Machine.current.memory > 1 << 28)
    #expect(Machine.description["kernel"]?.isEmpty == false)
    #expect(Machine.description["host"]?.isEmpty == false)
  }
}
