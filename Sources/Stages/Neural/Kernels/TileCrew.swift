internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads that stay alive between pieces of work.
///
/// A network consists of hundreds of pieces of work of a millisecond each, and waking a thread
/// takes a large part of that, so an idle thread spins for a moment before it sleeps.
final class TileCrew: Sendable {
  private let shared: Shared

  /// Starts `threads` threads in addition to the calling one.
  init(threads: Int) {
    shared = Shared(threads: threads)
    for number in 0..<threads {
      let shared = shared
      let thread = Thread { shared.serve(number) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { shared.end() }

  /// Calls `body` once per worker with the worker's number, 0 on this thread.
  ///
  /// Workers that wake too late are not waited for, so `body` must take its work from a shared
  /// source. While another call is in progress, `body` is called on this thread only.
  func run(_ body: @Sendable (_ worker: Int) -> Void) { shared.run(body) }

  /// Wakes the threads, and keeps them awake until `release`.
  func hold() { shared.hold() }

  /// Lets idle threads sleep again.
  func release() { shared.release() }

  private final class Shared: Sendable {
    /// The number of pieces of work so far; idle threads watch it.
    private let number = Atomic<Int>(0)
    /// The number of threads working on the piece, and whether it is closed to others.
    private let inside = Atomic<Int>(closed)
    private let isBusy = Atomic<Bool>(false)
    private let isOver = Atomic<Bool>(false)
    /// The number of passes during which threads do not sleep.
    private let holds = Atomic<Int>(0)
    private let sleepers: [Sleeper]
    /// Where the threads may run.
    private let processors = ProcessorMask.ofThisThread()
    // Written by the caller before it opens the gate, and read by the threads inside, which it
    // waits for.
    private nonisolated(unsafe) var work: (@Sendable (Int) -> Void)?

    private static let closed = 1 << 32
    /// The number of spins before sleeping: about 50 microseconds.
    private static let patience = 50_000

    init(threads: Int) { sleepers = (0..<threads).map { _ in Sleeper() } }

    func run(_ body: @Sendable (Int) -> Void) {
      guard !isBusy.exchange(true, ordering: .acquiring) else { return body(0) }
      withoutActuallyEscaping(body) { body in
        work = body
        inside.store(0, ordering: .releasing)
        number.wrappingAdd(1, ordering: .sequentiallyConsistent)
        for sleeper in sleepers { sleeper.wake() }
        body(0)
        // No more threads enter; those inside are about to finish.
        inside.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing)
        var looks = 0
        while inside.load(ordering: .acquiring) != Self.closed {
          looks += 1
          if looks % 1024 == 0 { sched_yield() }
        }
        work = nil
      }
      isBusy.store(false, ordering: .releasing)
    }

    func serve(_ index: Int) {
      var seen = 0
      sleepers[index].begin()
      while true {
        var looks = 0
        while number.load(ordering: .acquiring) == seen {
          looks += 1
          // Where threads outnumber processors, others must get on.
          if looks % 4096 == 0 { sched_yield() }
          if looks >= Self.patience, holds.load(ordering: .relaxed) == 0 { break }
        }
        if number.load(ordering: .acquiring) == seen {
          sleepers[index].sleep(then: processors) {
            number.load(ordering: .sequentiallyConsistent) == seen
              && holds.load(ordering: .sequentiallyConsistent) == 0
          }
        }
        if isOver.load(ordering: .acquiring) { return }
        seen = number.load(ordering: .acquiring)
        guard enter() else { continue }
        work?(index + 1)
        inside.wrappingSubtract(1, ordering: .acquiringAndReleasing)
      }
    }

    /// Joins the threads inside, unless the gate is closed.
    private func enter() -> Bool {
      var current = inside.load(ordering: .acquiring)
      while current < Self.closed {
        let (isIn, found) = inside.compareExchange(
          expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
        if isIn { return true }
        current = found
      }
      return false
    }

    func hold() {
      holds.wrappingAdd(1, ordering: .sequentiallyConsistent)
      let others = processors?.others()
      for sleeper in sleepers { sleeper.wake(on: others) }
    }

    func release() { holds.wrappingSubtract(1, ordering: .relaxed) }

    func end() {
      isOver.store(true, ordering: .releasing)
      number.wrappingAdd(1, ordering: .sequentiallyConsistent)
      for sleeper in sleepers { sleeper.wake() }
    }
  }

  /// A thread that may be asleep.
  private final class Sleeper: Sendable {
    private let isAsleep = Atomic<Bool>(false)
    private let signal = DispatchSemaphore(value: 0)
    /// The thread; 0 before it runs.
    private let thread = Atomic<UInt>(0)

    /// Notes the calling thread as the one that sleeps here.
    func begin() { thread.store(UInt(pthread_self()), ordering: .relaxed) }

    /// Sleeps until woken, unless `holds` is false by now; then runs on all `processors` again.
    func sleep(then processors: ProcessorMask?, while holds: () -> Bool) {
      isAsleep.store(true, ordering: .sequentiallyConsistent)
      if !holds(), isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
      signal.wait()
      processors?.apply(to: pthread_self())
    }

    /// Wakes the thread, if it sleeps, on one of some processors.
    func wake(on processors: ProcessorMask? = nil) {
      guard isAsleep.exchange(false, ordering: .sequentiallyConsistent) else { return }
      let thread = thread.load(ordering: .relaxed)
      if let processors, thread > 0 { processors.apply(to: pthread_t(thread)) }
      signal.signal()
    }
  }
}
