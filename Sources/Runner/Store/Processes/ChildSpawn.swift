package import Glibc

/// Starts child processes: no signal is blocked or ignored in them, and no shell reads their words.
package enum ChildSpawn {
  /// Starts a program, and returns its process, or the error of the system.
  ///
  /// `leadsGroup` puts it at the head of a process group of its own, which an interrupt at the
  /// keyboard does not reach. `files` says what its descriptors are; others are as in this process.
  package static func start(
    _ path: String, _ words: [String], environment: [String: String], leadsGroup: Bool,
    files: (inout posix_spawn_file_actions_t) -> Void
  ) -> (process: pid_t, error: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    files(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let group = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(
      &attributes, Int16(group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let words: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let error = posix_spawn(&process, path, &actions, &attributes, words, variables)
    return (process, error)
  }

  /// The path of a program on the search path of an environment; `nil` if it is not there.
  package static func find(_ name: String, in environment: [String: String]) -> String? {
    if name.hasPrefix("/") { return name }
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
