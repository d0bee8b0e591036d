import PipelineDSL
import Testing

@testable import Execution

@Suite struct CellEstimateTests {
  private func execution(
    units: Double? = nil, variant: String = "a", stage: String = "s", samples: Double? = nil,
    seconds: Double, processor: Double = 0, memory: Int = 0, bytes: Int = 0, output: Double = 1
  ) -> WorkHistory.Execution {
    WorkHistory.Execution(
      run: "r", stage: stage,
      work: units.map { StageWork(units: $0, output: output, variant: variant) },
      samples: samples, seconds: seconds, processorSeconds: processor, memory: memory, bytes: bytes)
  }

  private func item(
    units: Double? = nil, variant: String = "a", samples: Double? = nil, output: Double = 1
  ) throws -> PlannedWork.Item {
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(#"{"assay": 1, "name": "p", "stages": {"s": {"uses": "give"}}}"#.utf8),
      file: "p.json", catalogue: Catalogue([StageDescriptor(Give.self)]))
    return PlannedWork.Item(
      cell: pipeline.cells[0],
      work: units.map { StageWork(units: $0, output: output, variant: variant) },
      samples: samples)
  }

  @Test("times scale with the units of work")
  func timesScaleWithUnits() throws {
    let past = [execution(units: 10, seconds: 2, processor: 4, bytes: 100, output: 5)]
    let estimate = try #require(CellEstimate(try item(units: 30, output: 10), from: past))
    #expect(estimate.seconds == 6 && estimate.processorSeconds == 12)
    #expect(estimate.parallelism == 2 && estimate.bytes == 200)
    #expect(!estimate.isOtherVariant)
    // On one processor, what two did takes twice as long; more do not help.
    #expect(estimate.seconds(on: 1) == 12 && estimate.seconds(on: 8) == 6)
  }

  @Test("executions of the same variant are preferred, and others scaled if there are none")
  func sameVariantIsPreferred() throws {
    let past = [
      execution(units: 10, variant: "b", seconds: 100), execution(units: 10, seconds: 2),
    ]
    #expect(CellEstimate(try item(units: 10), from: past)?.seconds == 2)
    let other = try #require(CellEstimate(try item(units: 20, variant: "c"), from: [past[0]]))
    #expect(other.isOtherVariant && other.seconds == 200)
  }

  @Test("the median of the executions nearest in size counts")
  func medianOfNearestCounts() throws {
    var past = (0..<5).map { execution(units: 10, seconds: Double($0 + 1)) }
    // Small runs are slower per unit, and far away.
    past += (0..<20).map { _ in execution(units: 0.01, seconds: 1) }
    let estimate = try #require(CellEstimate(try item(units: 10), from: past.reversed()))
    #expect(estimate.seconds == 3 && estimate.executions.count == 5)
  }

  @Test("kinds without declared work scale with samples, stages of the same name first")
  func undeclaredWorkScalesWithSamples() throws {
    let past = [
      execution(stage: "other", samples: 10, seconds: 50), execution(samples: 10, seconds: 1),
    ]
    #expect(CellEstimate(try item(samples: 20), from: past)?.seconds == 2)
    #expect(CellEstimate(try item(), from: past)?.seconds == 1)
    #expect(CellEstimate(try item(), from: []) == nil)
  }

  @Test("memory beyond that of the process scales, and the largest execution counts")
  func memoryScales() throws {
    let mebibyte = 1024 * 1024
    func past(_ memory: Int) -> WorkHistory.Execution {
      WorkHistory.Execution(
        run: "r", stage: "s", work: StageWork(units: 1, memory: 2), samples: nil, seconds: 1,
        processorSeconds: 1, memory: memory, bytes: 0)
    }
    var item = try item(units: 1)
    item = PlannedWork.Item(
      cell: item.cell, work: StageWork(units: 1, memory: 4), samples: nil)
    let estimate = try #require(
      CellEstimate(item, from: [past(164 * mebibyte), past(100 * mebibyte)]))
    #expect(estimate.memory == Double(264 * mebibyte))
  }

  @Test("the usual share of samples that a stage hands on is the median of the record")
  func yieldIsTheMedian() {
    let past = [0.5, 0.4, 0.6].map { share in
      var execution = execution(seconds: 1)
      execution.yield = share
      return execution
    }
    let history = WorkHistory(["labels": past])
    #expect(history.yield(of: "labels", stage: "s") == 0.5)
    #expect(history.yield(of: "labels", stage: "another") == 0.5)
    #expect(history.yield(of: "other", stage: "s") == 1)
  }
}
