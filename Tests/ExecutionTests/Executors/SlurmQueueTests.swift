import Testing

@testable import Execution

struct SlurmQueueTests {
  @Test func linesAreRead() {
    let queue = SlurmQueue(
      """
      1_4|1|4|PENDING|Resources|run-a-1
      1_0|1|0|CANCELLED by 0|None|run-a-1
      9|9|N/A|NODE_FAIL|None|a|b
      slurm_load_jobs error: something

      """)
    #expect(queue.states.count == 3)
    let pending = queue.states[.init(array: "1", index: 4)]
    #expect(pending?.isAlive == true && pending?.isPending == true)
    #expect(queue.states[.init(array: "1", index: 0)]?.name == "CANCELLED")
    #expect(queue.states[.init(array: "9", index: 0)]?.isAlive == false)
    #expect(queue.arrays == ["run-a-1": "1", "a|b": "9"])
  }
}
