internal import Foundation
internal import PipelineDSL

/// The expected cost of one cell, scaled from the recorded executions that are nearest in size.
struct CellEstimate {
  /// The number of executions an estimate stands on.
  static let neighbours = 5
  /// The memory of a worker process that does not grow with the work, in bytes.
  private static let processMemory = 64.0 * 1024 * 1024

  /// Wall-clock time in seconds with as many processors as the executions used.
  let seconds: Double
  /// Processor time in seconds.
  let processorSeconds: Double
  /// The number of processors that the executions kept busy.
  let parallelism: Double
  /// Peak memory and the size of the outputs, in bytes.
  let memory: Double
  let bytes: Double
  /// The executions it stands on.
  let executions: [WorkHistory.Execution]
  /// Whether there was none of the same variant, so that others were scaled.
  let isOtherVariant: Bool

  /// Estimates a cell from executions of its kind, newest first; `nil` without any.
  ///
  /// Those of the same variant are preferred and, for kinds that declare no work, those of a stage
  /// of the same name. Of these, the nearest in size are taken, and the median of their rates.
  init?(_ item: PlannedWork.Item, from history: [WorkHistory.Execution]) {
    guard !history.isEmpty else { return nil }
    let same = history.filter { execution in
      guard let work = item.work else { return execution.stage == item.cell.stage }
      return execution.work?.variant == work.variant
    }
    isOtherVariant = same.isEmpty
    let scaled = (same.isEmpty ? history : same).map { ($0, Self.ratio(item, $0)) }
    let sorted = scaled.enumerated().sorted { a, b in
      let (left, right) = (abs(log(a.element.1)), abs(log(b.element.1)))
      return left != right ? left < right : a.offset < b.offset
    }
    let nearest = sorted.prefix(Self.neighbours).map(\.element)
    executions = nearest.map(\.0)
    seconds = Self.median(nearest.map { $0.0.seconds * $0.1 })
    // Without a measurement, one processor was busy all the time.
    processorSeconds = Self.median(
      nearest.map { ($0.0.processorSeconds > 0 ? $0.0.processorSeconds : $0.0.seconds) * $0.1 })
    parallelism = seconds > 0 ? max(1, processorSeconds / seconds) : 1
    memory = nearest.map { Self.memory(item, $0.0) }.max() ?? 0
    bytes = Self.median(nearest.map { Self.bytes(item, $0.0, ratio: $0.1) })
  }

  /// The wall-clock time in seconds with a number of processors.
  func seconds(on processors: Int) -> Double {
    seconds * max(1, parallelism / Double(max(1, processors)))
  }

  /// How many times as much work the cell is as an execution; 1 if unknown.
  private static func ratio(_ item: PlannedWork.Item, _ past: WorkHistory.Execution) -> Double {
    if let work = item.work, let other = past.work, work.units > 0, other.units > 0 {
      return work.units / other.units
    }
    guard item.work == nil, let samples = item.samples, let others = past.samples, samples > 0,
      others > 0
    else { return 1 }
    return samples / others
  }

  private static func memory(_ item: PlannedWork.Item, _ past: WorkHistory.Execution) -> Double {
    let peak = Double(past.memory)
    guard let work = item.work, let other = past.work, work.memory > 0, other.memory > 0 else {
      return peak
    }
    let base = min(peak, processMemory)
    return base + (peak - base) * work.memory / other.memory
  }

  private static func bytes(
    _ item: PlannedWork.Item, _ past: WorkHistory.Execution, ratio: Double
  ) -> Double {
    guard let work = item.work, let other = past.work, work.output > 0, other.output > 0 else {
      return Double(past.bytes) * ratio
    }
    return Double(past.bytes) * work.output / other.output
  }

  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
