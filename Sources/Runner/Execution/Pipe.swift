internal import Foundation

/// Both ends of a pipe, closed on exec.
struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws(RunError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw RunError.system("pipe", errno) }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  func closeBoth() {
    close(reading)
    close(writing)
  }

  /// Makes reads return at once if no data is available.
  static func setNonBlocking(_ end: Int32) { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
}
