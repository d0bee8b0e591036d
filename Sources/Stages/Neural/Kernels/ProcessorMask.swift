internal import Glibc

/// A set of processors on which a thread may run.
///
/// The kernel often wakes a thread on the processor of the thread that wakes it, which is busy, and
/// moves it to an idle one only milliseconds later: as long as a small network takes.
struct ProcessorMask {
  private typealias Affinity = @convention(c) (pthread_t, Int, UnsafeMutableRawPointer) -> Int32
  private typealias Number = @convention(c) () -> Int32

  private var words: [UInt]
  private static let bits = UInt.bitWidth
  // Functions of glibc that Swift's module does not declare.
  private static let getAffinity = find("pthread_getaffinity_np", Affinity.self)
  private static let setAffinity = find("pthread_setaffinity_np", Affinity.self)
  private static let currentProcessor = find("sched_getcpu", Number.self)

  private static func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// The processors on which the calling thread may run; `nil` if the system does not say.
  static func ofThisThread() -> ProcessorMask? {
    var words = [UInt](repeating: 0, count: 16)
    guard let getAffinity else { return nil }
    let code = words.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { getAffinity(pthread_self(), bytes.count, $0) }
    }
    return code == 0 ? ProcessorMask(words: words) : nil
  }

  /// The same without the one on which the calling thread is; `nil` if there are no others.
  func others() -> ProcessorMask? {
    guard let own = Self.currentProcessor.map({ Int($0()) }), own >= 0,
      own < words.count * Self.bits
    else { return nil }
    var others = words
    others[own / Self.bits] &= ~(1 << UInt(own % Self.bits))
    return others.contains { $0 != 0 } ? ProcessorMask(words: others) : nil
  }

  /// The number of processors.
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Lets a thread run on these processors only.
  func apply(to thread: pthread_t) {
    var words = words
    words.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      _ = Self.setAffinity.map { $0(thread, bytes.count, start) }
    }
  }
}
