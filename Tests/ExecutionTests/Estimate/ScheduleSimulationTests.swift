import PipelineDSL
import Testing

@testable import Execution

@Suite struct ScheduleSimulationTests {
  private func item(
    _ cell: Int, needs: Set<Int> = [], cpus: Int? = 1, memory: Double = 10, seconds: Double = 1
  ) -> ScheduleSimulation.Item {
    .init(
      cell: cell, needs: needs, resources: Resources(cpus: cpus), memory: memory,
      seconds: { _ in seconds })
  }

  private let machine = Machine(processors: 2, memory: 1 << 30)

  @Test("independent cells share the slots, and a chain waits for itself")
  func cellsShareSlots() {
    let four = (0..<4).map { item($0, seconds: 3) }
    let parallel = ScheduleSimulation(four, machine: machine, jobs: 2)
    #expect(parallel.seconds == 6 && parallel.memory == 20)
    let serial = ScheduleSimulation(four, machine: machine, jobs: 1)
    #expect(serial.seconds == 12 && serial.memory == 10)
    let chain = [item(0), item(1, needs: [0]), item(2, needs: [1])]
    #expect(ScheduleSimulation(chain, machine: machine, jobs: 2).seconds == 3)
  }

  @Test("requested processors keep other cells waiting")
  func requestsAreKept() {
    let wide = [item(0, cpus: 2), item(1, cpus: 2)]
    #expect(ScheduleSimulation(wide, machine: machine, jobs: 2).seconds == 2)
  }

  @Test("the peak is that of the cells that run at the same time")
  func peakIsThatOfConcurrentCells() {
    let cells = [
      item(0, memory: 5, seconds: 1), item(1, memory: 7, seconds: 4),
      item(2, needs: [0], memory: 20, seconds: 1), item(3, needs: [1], memory: 25, seconds: 1),
    ]
    let played = ScheduleSimulation(cells, machine: machine, jobs: 2)
    #expect(played.seconds == 5 && played.memory == 27)
  }

  @Test("nothing takes no time")
  func nothingTakesNoTime() {
    let played = ScheduleSimulation([], machine: machine, jobs: 2)
    #expect(played.seconds == 0 && played.memory == 0)
  }
}
