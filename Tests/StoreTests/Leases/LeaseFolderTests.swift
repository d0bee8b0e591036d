import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// A clock that tests advance by hand.
private final class Clock {
  var now = 1000.0
}

/// The leases of one store, seen by several runs on this machine and on others.
struct LeaseFolderTests {
  private let folder: TemporaryFolder
  private let layout: StoreLayout
  private let clock = Clock()
  private let key = Digest.of("key")

  init() throws {
    folder = try TemporaryFolder()
    layout = try StoreLayout(root: folder.path + "/store")
  }

  /// The leases as a run on this machine or on another sees them.
  private func leases(_ run: String, on host: (String, String)? = nil) -> LeaseFolder {
    let clock = clock
    return LeaseFolder(
      layout, run: run, patience: 60, clock: { clock.now }, here: host ?? Lease.Holder.here)
  }

  private func stored() throws -> Lease {
    try #require(Lease(parsing: Array(try folder.read("store/leases/\(key.hex)").utf8)))
  }

  private func isTaken(_ taking: LeaseFolder.Taking) -> Bool { taking == .taken }

  private func holder(_ taking: LeaseFolder.Taking) -> String? {
    if case .held(let holder) = taking { holder?.run ?? "unreadable" } else { nil }
  }

  private func holder(_ finding: LeaseFolder.Finding) -> String? {
    if case .held(let holder) = finding { holder?.run ?? "unreadable" } else { nil }
  }

  private func reason(_ finding: LeaseFolder.Finding) -> String? {
    if case .failed(let failure) = finding { "\(failure.run): \(failure.reason)" } else { nil }
  }

  private func reason(_ taking: LeaseFolder.Taking) -> String? {
    if case .failed(let failure) = taking { "\(failure.run): \(failure.reason)" } else { nil }
  }

  // MARK: One machine

  @Test func onlyOneHoldsALeaseUntilItIsReleased() throws {
    var a = leases("a")
    var b = leases("b")
    var c = leases("c")
    let (first, second, third) = (a.take(key), b.take(key), c.take(key))
    #expect(isTaken(first))
    #expect(holder(second) == "a")
    #expect(holder(third) == "a")
    // However long it takes and whatever the counter shows: the lock decides.
    clock.now += 10_000
    let waited = b.look(key)
    #expect(holder(waited) == "a")
    let wasOwn = a.release(key)
    #expect(wasOwn)
    let freed = b.look(key)
    #expect(freed == .free)
    let (next, last) = (b.take(key), c.look(key))
    #expect(isTaken(next))
    #expect(holder(last) == "b")
    b.releaseAll()
    #expect(try names(in: layout.leases) == [])
    #expect(try names(in: layout.incoming) == [])
  }

  @Test func attemptsAreCountedAcrossFailuresAndDeaths() throws {
    var first = leases("a")
    #expect(isTaken(first.take(key)) && first.attempt(at: key) == 1)
    first.fail(key, reason: "no", hint: nil, attempt: "a/0-x", limit: nil)
    var second = leases("b")
    #expect(isTaken(second.take(key)) && second.attempt(at: key) == 2)
    // A success removes the lease, and with it the count.
    second.release(key)
    var third = leases("c")
    #expect(isTaken(third.take(key)) && third.attempt(at: key) == 1)
    // A holder that died under an earlier kernel.
    let dead = Lease(
      holder: .init(host: Lease.Holder.here.host, boot: "other", process: 1, run: "d", nonce: "n"),
      after: try stored())
    third.release(key)
    try folder.write("store/leases/\(key.hex)", String(decoding: dead.bytes, as: UTF8.self))
    var fourth = leases("e")
    #expect(isTaken(fourth.take(key)) && fourth.attempt(at: key) == 3)
  }

  @Test func leasesOfDifferentKeysAreIndependent() {
    var a = leases("a")
    var b = leases("b")
    let (first, other) = (a.take(key), b.take(Digest.of("other")))
    #expect(isTaken(first) && isTaken(other))
  }

  @Test func leaseOfAVanishedHolderIsFree() throws {
    do {
      var a = leases("a")
      let taken = a.take(key)
      #expect(isTaken(taken))
    }
    #expect(try stored().holder.run == "a")
    var b = leases("b")
    let taken = b.take(key)
    #expect(isTaken(taken))
    #expect(try stored().holder.run == "b")
  }

  /// The lock belongs to the open file, which a child process keeps open: it is released exactly
  /// when the kernel ends that process.
  @Test func killedProcessLosesItsLease() throws {
    var a: LeaseFolder? = leases("a")
    let taken = a?.take(key) ?? .held(by: nil)
    try #require(isTaken(taken))
    let child = try startKeepingOpen(layout.leases + "/" + key.hex)
    a = nil
    var b = leases("b")
    let whileItLives = b.take(key)
    #expect(holder(whileItLives) == "a")
    kill(child, SIGKILL)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let seen = b.look(key)
    #expect(seen == .free)
    let afterItsDeath = b.take(key)
    #expect(isTaken(afterItsDeath))
  }

  /// Starts a program that inherits this process's descriptor of a file as descriptor 9.
  private func startKeepingOpen(_ path: String) throws -> pid_t {
    let inode = try #require(FileStatus(path)).inode
    let descriptor = try #require(
      (3..<1024).first { descriptor in
        var raw = stat()
        return fstat(Int32(descriptor), &raw) == 0 && FileStatus(raw).inode == inode
      })
    #expect(fcntl(Int32(descriptor), F_GETFD) & FD_CLOEXEC != 0, "programs would inherit it")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, Int32(descriptor), 9)
    let words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    try #require(posix_spawn(&child, "/bin/sleep", &actions, nil, words, environ) == 0)
    return child
  }

  @Test(arguments: ["", "{\"boot\":", "\u{0}\u{0}\u{0}", "[1]"])
  func truncatedFileIsFree(_ text: String) throws {
    try folder.write("store/leases/\(key.hex)", text)
    var a = leases("a")
    let seen = a.look(key)
    #expect(seen == .free)
    let taken = a.take(key)
    #expect(isTaken(taken))
    #expect(try stored().holder.run == "a")
  }

  @Test func holderOfATruncatedFileIsSeenByItsLock() throws {
    var a = leases("a")
    var b = leases("b")
    let taken = a.take(key)
    try #require(isTaken(taken))
    truncate(layout.leases + "/" + key.hex, 10)
    let seen = b.take(key)
    #expect(holder(seen) == "unreadable")
    // The next heartbeat repairs it.
    clock.now += 10
    a.beat()
    let again = b.look(key)
    #expect(holder(again) == "a")
    fail(&a, "broken")
    let end = b.look(key)
    #expect(reason(end) == "a: broken")
  }

  @Test func holderBeforeARebootIsDead() throws {
    let host = Lease.Holder.here.host
    do {
      var before = leases("before", on: (host, "an earlier start"))
      _ = before.take(key)
    }
    var a = leases("a")
    let taken = a.take(key)
    #expect(isTaken(taken))
  }

  // MARK: Other machines

  @Test func remoteHolderWithoutHeartbeatIsDead() throws {
    do {
      var far = leases("far", on: ("far", "its kernel"))
      _ = far.take(key)
    }
    var a = leases("a")
    let first = a.take(key)
    #expect(holder(first) == "far")
    clock.now += 59
    let early = a.look(key)
    #expect(holder(early) == "far")
    clock.now += 2
    let late = a.look(key)
    #expect(late == .free)
    let taken = a.take(key)
    #expect(isTaken(taken))
    #expect(try stored().holder.run == "a")
  }

  /// A new observer has not watched the lease yet, however old the file is.
  @Test func newObserverWaitsForTheFullPatience() {
    do {
      var far = leases("far", on: ("far", "its kernel"))
      _ = far.take(key)
    }
    clock.now += 100_000
    var a = leases("a")
    let taken = a.take(key)
    #expect(holder(taken) == "far")
  }

  @Test func remoteHolderWithHeartbeatIsAlive() throws {
    var far = leases("far", on: ("far", "its kernel"))
    _ = far.take(key)
    var a = leases("a")
    for _ in 0..<40 {
      far.beat()
      clock.now += 30
      let seen = a.look(key)
      #expect(holder(seen) == "far")
      let taking = a.take(key)
      #expect(holder(taking) == "far")
    }
    #expect(try stored().beat > 10)
  }

  @Test func beatsSixTimesWithinThePatience() throws {
    var a = leases("a")
    _ = a.take(key)
    for _ in 0..<600 {
      clock.now += 0.1
      a.beat()
    }
    #expect(try (5...7).contains(stored().beat))
  }

  /// Some network file systems keep the locks of a dead machine.
  @Test func lockOfAnotherMachineDoesNotProveLife() throws {
    var far = leases("far", on: ("far", "its kernel"))
    _ = far.take(key)
    var a = leases("a")
    _ = a.take(key)
    clock.now += 61
    let taken = a.take(key)
    #expect(isTaken(taken))
    // The old holder was only slow: it neither disturbs the new holder nor removes its lease.
    far.beat()
    let wasOwn = far.release(key)
    #expect(!wasOwn)
    #expect(try stored().holder.run == "a")
    var b = leases("b")
    let seen = b.take(key)
    #expect(holder(seen) == "a")
  }

  // MARK: Failures

  private func fail(_ leases: inout LeaseFolder, _ reason: String) {
    leases.fail(key, reason: reason, hint: nil, attempt: "run/1-bad", limit: nil)
  }

  @Test func onlyWaitingRunsSeeAFailure() throws {
    var a = leases("a")
    var b = leases("b")
    var c = leases("c")
    _ = a.take(key)
    _ = b.take(key)
    fail(&a, "broken")
    let seen = b.look(key)
    #expect(reason(seen) == "a: broken")
    // Reported once: a retry starts afresh, and so does a new run.
    let (again, newcomer) = (b.look(key), c.take(key))
    #expect(again == .free)
    #expect(isTaken(newcomer))
  }

  @Test func failureIsSeenEvenAfterATakeover() throws {
    var a = leases("a")
    var b = leases("b")
    var c = leases("c")
    _ = a.take(key)
    _ = b.take(key)
    fail(&a, "broken")
    let newcomer = c.take(key)
    #expect(isTaken(newcomer))
    let seen = b.take(key)
    #expect(reason(seen) == "a: broken")
    // A run that begins to wait now waits for the new holder, whose failure is a different one.
    let waiting = b.take(key)
    #expect(holder(waiting) == "c")
    fail(&c, "broken again")
    let next = b.look(key)
    #expect(reason(next) == "c: broken again")
  }

  @Test func publishedResultEndsTheWait() throws {
    var a = leases("a")
    var b = leases("b")
    _ = a.take(key)
    _ = b.take(key)
    let before = b.look(key)
    #expect(holder(before) == "a")
    try folder.write("store/keys/\(StoreLayout.split(key.hex)).json", "{}")
    let published = b.look(key)
    #expect(published == .free)
    // Reported once: if the result is unusable, the wait continues.
    let after = b.look(key)
    #expect(holder(after) == "a")
  }

  // MARK: Unavailable leases

  @Test func obstructedPathIsReported() throws {
    var a = leases("a")
    try Folder.create(layout.leases + "/" + key.hex)
    guard case .unavailable(let error) = a.take(key) else {
      Issue.record("a folder is no lease")
      return
    }
    #expect(error.path.hasSuffix(key.hex))
  }

  @Test func linkedFolderIsNotFollowed() throws {
    try Folder.create(folder.path + "/elsewhere")
    symlink(folder.path + "/elsewhere", layout.leases)
    var a = leases("a")
    guard case .unavailable(let error) = a.take(key) else {
      Issue.record("the store was left through a link")
      return
    }
    #expect(error.path == layout.leases)
    #expect(try names(in: folder.path + "/elsewhere") == [])
  }

  // MARK: Concurrency

  /// Every descriptor is a separate holder, so threads behave as processes do.
  @Test func onlyOneOfManyConcurrentTakersSucceeds() async throws {
    for round in 0..<20 {
      let key = Digest.of("round \(round)")
      // Half the rounds begin with the leftovers of a crash.
      if round % 2 == 1 {
        var crashed = leases("crashed")
        _ = crashed.take(key)
      }
      let layout = layout
      let gate = Gate(8)
      let takers = await withTaskGroup(of: Int.self) { group in
        for number in 0..<8 {
          group.addTask {
            var leases = LeaseFolder(layout, run: "\(number)")
            let taking = leases.take(key)
            // No lease is released before all have tried.
            await gate.pass()
            return taking == .taken ? 1 : 0
          }
        }
        return await group.reduce(0, +)
      }
      #expect(takers == 1)
    }
  }
}

/// A barrier that opens when all tasks have arrived.
private actor Gate {
  private var missing: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { missing = count }

  func pass() async {
    missing -= 1
    guard missing > 0 else {
      for continuation in waiting { continuation.resume() }
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}
