import PipelineDSL
import Testing

@testable import Execution

@Suite struct SchedulerTests {
  private let gibibyte = 1 << 30

  @Test func cellsWithoutRequestsShareTheMachineEvenly() throws {
    var scheduler = Scheduler(machine: Machine(processors: 4, memory: 8 * gibibyte), jobs: 4)
    scheduler.add(1)
    scheduler.add(0)
    let first = try #require(scheduler.next { _ in Resources() })
    #expect(first.cell == 0)
    #expect(first.share.processors == 2)
    let second = try #require(scheduler.next { _ in Resources() })
    #expect(second.cell == 1)
    #expect(second.share.processors == 2)
    #expect(scheduler.next { _ in Resources() } == nil)
  }

  @Test func singleCellGetsAllProcessors() throws {
    var scheduler = Scheduler(machine: Machine(processors: 4, memory: gibibyte), jobs: 4)
    scheduler.add(7)
    #expect(try #require(scheduler.next { _ in Resources() }).share.processors == 4)
  }

  @Test func requestsAreClampedToTheMachine() throws {
    var scheduler = Scheduler(machine: Machine(processors: 2, memory: gibibyte), jobs: 2)
    scheduler.add(0)
    let next = try #require(scheduler.next { _ in Resources(cpus: 16) })
    #expect(next.share.processors == 2)
  }

  @Test func memoryLimitsConcurrentCells() throws {
    var scheduler = Scheduler(machine: Machine(processors: 4, memory: 4 * gibibyte), jobs: 4)
    let asked = Resources(cpus: 1, memory: 3 * gibibyte)
    scheduler.add(0)
    scheduler.add(1)
    #expect(try #require(scheduler.next { _ in asked }).cell == 0)
    #expect(scheduler.next { _ in asked } == nil)
    scheduler.release(0)
    #expect(try #require(scheduler.next { _ in asked }).cell == 1)
  }

  @Test func smallCellOvertakesLargeOneThatDoesNotFit() throws {
    var scheduler = Scheduler(machine: Machine(processors: 4, memory: 4 * gibibyte), jobs: 4)
    let large = Resources(cpus: 1, memory: 3 * gibibyte)
    for cell in 0...2 { scheduler.add(cell) }
    #expect(try #require(scheduler.next { $0 == 2 ? Resources(cpus: 1) : large }).cell == 0)
    #expect(try #require(scheduler.next { $0 == 2 ? Resources(cpus: 1) : large }).cell == 2)
  }

  @Test func jobsLimitConcurrentCells() throws {
    var scheduler = Scheduler(machine: Machine(processors: 8, memory: gibibyte), jobs: 1)
    scheduler.add(0)
    scheduler.add(1)
    _ = try #require(scheduler.next { _ in Resources(cpus: 1) })
    #expect(scheduler.next { _ in Resources(cpus: 1) } == nil)
  }

  @Test func drainReturnsAllCellsInOrder() {
    var scheduler = Scheduler(machine: Machine(processors: 1, memory: gibibyte), jobs: 1)
    for cell in [3, 1, 2] { scheduler.add(cell) }
    #expect(scheduler.drain() == [1, 2, 3])
    #expect(scheduler.isIdle)
  }
}
