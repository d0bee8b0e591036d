import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// Runs of two hosts over one store to which file locks do not reach: the hosts see each other only
/// by the content of leases, through the caches of sshfs.
@Suite(
  .serialized,
  .enabled(
    if: TestHosts.areAvailable, "needs root, sshfs and an SSH server (sshfs, openssh-server)"))
struct SeveralHostsTests {
  /// A project on each of two hosts, with a record of its own and a common store.
  private struct Scene {
    let hosts: TestHosts
    let projects: [String: Project]

    /// `options` are those of sshfs.
    init(options: String = "", _ make: () throws -> Project) throws {
      hosts = try TestHosts(options: options)
      projects = ["a": try make(), "b": try make()]
    }

    func project(_ host: String) throws -> Project { try #require(projects[host]) }

    var store: String { hosts.shared + "/store" }

    /// Starts `assay run` on a host.
    func start(_ host: String, _ words: String..., patience: Int = 60) throws -> SpawnedProgram {
      try assay(host, ["run", Project.file] + words, patience: patience)
    }

    /// Starts `assay` on a host.
    func assay(_ host: String, _ words: [String], patience: Int = 60) throws -> SpawnedProgram {
      try hosts.start(
        words + ["--store", store], on: host, in: project(host).folder, patience: patience)
    }

    /// Runs on a host to the end; it must succeed.
    @discardableResult
    func run(_ host: String, _ words: String...) throws -> SpawnedProgram.Ending {
      let ending = try assay(host, ["run", Project.file] + words).wait()
      try #require(ending.exit == 0, "\(ending.text)")
      return ending
    }

    /// How often each stage of `chain` was executed, on both hosts together.
    func executions() throws -> [String: Int] {
      let names = try projects.values.flatMap { project in
        project.exists("runs") ? try project.read("runs").split(separator: "\n") : []
      }
      return Dictionary(names.map { (String($0), 1) }, uniquingKeysWith: +)
    }

    /// The digests of all artifacts, from the plan of a host; everything must be cached.
    func digests(_ host: String) throws -> [String: String] {
      let ending = try assay(host, ["plan", Project.file, "--exit-code", "--json"]).wait()
      try #require(ending.exit == 0, "\(ending.text)")
      var digests: [String: String] = [:]
      for cell in try #require(try JSONParser.parse(ending.output).elements) {
        let name = try #require(cell["cell"]?.text)
        for (port, digest) in cell["artifacts"]?.object?.members ?? [] {
          digests["\(name).\(port)"] = digest.text
        }
      }
      return digests
    }
  }

  /// Cells that append their name to `runs` on the host that executes them.
  private static func chain(_ count: Int, _ script: (Int) -> String) throws -> Project {
    let stages = (0..<count).map { number in
      let input = number < 3 ? "" : #""needs": { "x": "c\#(number - 3)" }, "#
      return #""c\#(number)": { "uses": "command", \#(input)"with": { "argv": ["/bin/sh", "-c", "#
        + #""echo c\#(number) >> runs; \#(script(number)) echo \#(number) > {outputs.files}/x"] } }"#
    }
    return try Project(
      #"{ "assay": 1, "name": "hosts", "stages": { \#(stages.joined(separator: ", ")) } }"#)
  }

  @Test func eachCellIsExecutedOnce() throws {
    let scene = try Scene { try Self.chain(12) { _ in "sleep 0.1;" } }
    let runs = try ["a", "b", "a", "b"].map { try scene.start($0, "--jobs", "2") }
    for run in runs {
      let ending = try run.wait()
      #expect(ending.exit == 0, "\(ending.text)")
    }
    #expect(
      try scene.executions() == Dictionary(uniqueKeysWithValues: (0..<12).map { ("c\($0)", 1) }))
    // Both hosts took part, and each record names its own host.
    for host in ["a", "b"] {
      let records = try scene.project(host).records()
      #expect(try records.runs().allSatisfy { $0.run.host == host })
    }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: scene.hosts.served + "/store/leases")
    #expect(left.isEmpty)
  }

  @Test func slowHolderIsWaitedForAndDeadOneReplaced() throws {
    let scene = try Scene { try Self.chain(1) { _ in "while [ ! -e go ]; do sleep 0.05; done;" } }
    let holder = try scene.start("a", patience: 6)
    #expect(eventually { (try? scene.project("a").exists("runs")) == true })
    let other = try scene.start("b", patience: 6)
    #expect(eventually { other.output.contains("waiting   c0  (run ") }, "\(other.output)")
    #expect(other.output.contains(" on a computes the same key"), "\(other.output)")
    // Much longer than the patience: the lease shows that the holder lives.
    sleep(15)
    #expect(try scene.executions() == ["c0": 1])
    try scene.project("b").write("", to: "go")
    holder.signal(SIGKILL)
    let ending = try other.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try scene.executions() == ["c0": 2])
    _ = try holder.wait()
  }

  @Test func failureReachesTheOtherHost() throws {
    let scene = try Scene {
      try Self.chain(1) { _ in
        "while [ ! -e go ]; do sleep 0.05; done; echo no luck >&2; exit 7;"
      }
    }
    let holder = try scene.start("a")
    #expect(eventually { (try? scene.project("a").exists("runs")) == true })
    let other = try scene.start("b")
    #expect(eventually { other.output.contains("waiting   c0  (run ") }, "\(other.output)")
    try scene.project("a").write("", to: "go")
    #expect(try holder.wait().exit == 1)
    let ending = try other.wait()
    #expect(ending.exit == 1)
    #expect(
      ending.output.contains(" on a, which computed the same key, failed: "), "\(ending.text)")
    #expect(try scene.executions() == ["c0": 1])
  }

  @Test func trainingContinuesOnTheOtherHost() throws {
    let scene = try Scene { try TrainingProject.make() }
    for host in ["a", "b"] { try scene.project(host).write("", to: "go") }
    let holder = try scene.start("a", patience: 6)
    let states = scene.hosts.served + "/store/state"
    let published = eventually {
      let files = FileManager.default.enumerator(atPath: states)?.compactMap { $0 as? String }
      return files?.contains { $0.hasSuffix("/training") } == true
    }
    try #require(published, "no checkpoint appeared: \(holder.output)")
    let other = try scene.start("b", patience: 6)
    #expect(eventually { other.output.contains("waiting   model  (run ") }, "\(other.output)")
    holder.signal(SIGKILL)
    _ = try holder.wait()
    let ending = try other.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(try scene.digests("b") == TrainingProject.undisturbed())
    #expect(try scene.digests("a") == TrainingProject.undisturbed())
  }

  /// What host b announces stays hidden from a by the caches of sshfs, for 20 seconds: a collection
  /// waits before it believes that nobody needs what it moved.
  @Test func collectionsOnOneHostKeepWhatTheOtherUses() throws {
    let scene = try Scene {
      try Self.chain(9) { $0 < 8 ? "" : "while [ ! -e go ]; do sleep 0.05; done;" }
    }
    let gc = ["gc", "--keep", "1", "--grace", "0"]
    // Results that no kept run needs: the latest one needs c0 alone.
    try scene.run("a", "c3", "c4", "c5")
    try scene.run("a", "c0")
    // The SSH server rounds times down to seconds.
    sleep(2)
    let dry = try scene.assay("a", gc + ["--dry-run"]).wait()
    #expect(dry.output.contains("results that no kept run needs      5"), "\(dry.text)")
    let running = try scene.start("b")
    #expect(eventually { running.output.contains("run       c8") }, "\(running.output)")
    let collected = try scene.assay("a", gc, patience: 25).wait()
    #expect(collected.exit == 0, "\(collected.text)")
    try scene.project("b").write("", to: "go")
    let ending = try running.wait()
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("6 hit, 3 executed"), "\(ending.text)")
    #expect(try scene.digests("b").count == 9)
    let verified = try scene.assay("b", ["cache", "verify"]).wait()
    #expect(verified.exit == 0, "\(verified.text)")
  }

  /// Runs and collections of both hosts at once, each killed at a random moment: three rounds, 30
  /// with ASSAY_HOSTS=all.
  @Test func killsOnBothHostsLoseNothing() throws {
    let scene = try Scene(options: "dcache_timeout=2") { try Self.chain(18) { _ in "sleep 0.05;" } }
    let seed = UInt64.random(in: 0..<1 << 40)
    var draws = RandomStream(seed: seed, kind: "hosts", sample: "", purpose: "kills")
    try scene.run("a", "c0")
    let isLong = ProcessInfo.processInfo.environment["ASSAY_HOSTS"] == "all"
    for round in 0..<(isLong ? 30 : 3) {
      let running = try ["a", "b"].map { try scene.start($0, "--jobs", "2", patience: 4) }
      let collecting = try scene.assay(
        draws.pick(["a", "b"]), ["gc", "--keep", "1", "--grace", "0"], patience: 4)
      usleep(UInt32(draws.below(1_500_000)))
      for victim in running + [collecting] where draws.below(3) > 0 { victim.signal(SIGKILL) }
      for program in running + [collecting] {
        let ending = try program.wait()
        #expect(
          [0, 128 + SIGKILL].contains(ending.exit), "seed \(seed), round \(round): \(ending.text)")
      }
    }
    for host in ["a", "b"] { try scene.run(host) }
    let digests = try ["a", "b"].map { try scene.digests($0) }
    #expect(digests[0] == digests[1] && digests[0].count == 18)
    let verified = try scene.assay("a", ["cache", "verify"]).wait()
    #expect(verified.exit == 0, "\(verified.text)")
    for host in ["a", "b"] { #expect(try scene.project(host).records().damage().isEmpty) }
  }
}

extension RandomStream {
  /// Picks one of the given values.
  fileprivate mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
