internal import CAllocations
internal import Foundation

/// Tests inputs one after the other, in a process that an input may kill.
struct InputTester {
  /// Exit codes in addition to those of signals and traps.
  enum Exit {
    /// An input took more memory than its bound.
    static let memory: Int32 = 70
    /// An input was accepted but is wrong.
    static let fault: Int32 = 71
    /// Memory is not released.
    static let leak: Int32 = 72
  }

  /// Heap bytes that may stay allocated after all inputs: caches of libraries and of the runtime.
  private static let mostKept: Int64 = 32 << 20
  /// Address space of the process: an allocation beyond it fails and ends the process.
  private static let addressSpace: UInt = 6 << 30

  let format: FuzzFormat
  let slot: InputSlot
  private let file: FuzzFile
  private var stayed: Int64 = 0

  init(_ format: FuzzFormat, slot: InputSlot) {
    (self.format, self.slot) = (format, slot)
    file = FuzzFile(of: getpid())
  }

  /// Tests `count` inputs, or as many as time allows, and ends the process at a failure.
  mutating func run(seeds: [[UInt8]], seed: UInt64, count: Int, until deadline: Double) {
    var limit = rlimit(rlim_cur: Self.addressSpace, rlim_max: Self.addressSpace)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    var mutator = Mutator(format, seeds: seeds, seed: seed)
    defer { unlink(file.path) }
    for number in 0..<count {
      if number % 64 == 0, ProcessInfo.processInfo.systemUptime > deadline { break }
      let input = mutator.next()
      slot.keep(input)
      mutator.learn(input, test(input))
      slot[.outcomes] = UInt64(mutator.outcomeCount)
      slot[.tested] += 1
    }
  }

  /// Tests one input.
  mutating func test(_ input: [UInt8]) -> Verdict {
    let before = callocations_live()
    callocations_begin()
    let verdict = verdict(on: input)
    let most = callocations_peak() - before
    // By now the text of the outcome is released, too.
    stayed += callocations_live() - before
    slot[.mostMemory] = max(slot[.mostMemory], UInt64(max(0, most)))
    var bound = format.bound(input)
    if most > bound { bound += format.declared(input) }
    slot[.mostShare] = max(slot[.mostShare], UInt64(max(0, most)) * 1000 / UInt64(bound))
    guard most <= bound else {
      Self.end(Exit.memory, "an input of \(input.count) bytes took \(most), more than \(bound)")
    }
    guard stayed <= Self.mostKept else {
      Self.end(Exit.leak, "\(stayed) bytes were not released after the inputs so far")
    }
    if verdict.isTaken { slot[.taken] += 1 }
    return verdict
  }

  private func verdict(on input: [UInt8]) -> Verdict {
    do { return Verdict(try format.test(input, file)) } catch {
      Self.end(Exit.fault, "an accepted input is wrong: \(error)")
    }
  }

  private static func end(_ code: Int32, _ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(code)
  }
}
