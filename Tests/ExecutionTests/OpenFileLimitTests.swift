import Execution
import Foundation
import Testing

@Suite struct OpenFileLimitTests {
  /// In a process of its own, whose limit other tests do not share.
  @Test func moreFilesThanTheLimitCanBeOpen() async {
    await #expect(processExitsWith: .success) {
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      var limit = rlimit()
      #expect(getrlimit(resource, &limit) == 0)
      limit.rlim_cur = 64
      #expect(setrlimit(resource, &limit) == 0)
      OpenFileLimit.allow(200)
      let files = (0..<200).map { _ in open("/dev/null", O_RDONLY) }
      #expect(files.allSatisfy { $0 >= 0 })
    }
  }
}
