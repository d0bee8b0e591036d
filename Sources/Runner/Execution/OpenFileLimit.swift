internal import Glibc

/// The number of files that this process may have open at once.
public enum OpenFileLimit {
  /// Allows `count` files and some that any process needs, as far as the system lets a program.
  public static func allow(_ count: Int) {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(count) + 1024))
    // Where more is not allowed, opening a file says so.
    _ = setrlimit(resource, &limit)
  }
}
