import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// A cluster of two nodes on this machine, taken down with the value.
final class TestCluster {
  /// Whether the programs of Slurm are installed.
  static var isAvailable: Bool {
    let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    return ["slurmctld", "slurmd", "sbatch", "squeue", "scancel"].allSatisfy { name in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
  }

  private let folder: TemporaryFolder
  private let settings: [String: String]

  /// What programs need in order to find the cluster.
  var environment: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return settings.merging(["SLURM_CONF": folder.path("slurm.conf"), "PATH": path + ":/usr/sbin"])
    { $1 }
  }

  /// Starts it; `settings` are variables of Tests/Cluster/cluster.
  init(_ settings: [String: String] = [:]) throws {
    self.settings = settings
    folder = try TemporaryFolder()
    try control("up")
  }

  deinit { try? control("down") }

  /// A command of Tests/Cluster/cluster.
  func control(_ command: String, _ words: String...) throws {
    let ending = try SpawnedProgram(
      [command, folder.path] + words, in: folder.path,
      program: Repository.path("Tests/Cluster/cluster"), environment: environment
    ).wait()
    guard ending.exit == 0 else { throw HarnessError("cluster \(command): \(ending.text)") }
  }

  /// The output of a program of Slurm.
  func ask(_ program: String, _ words: String...) throws -> String {
    let ending = try SpawnedProgram(
      words, in: folder.path, program: "/usr/bin/" + program, environment: environment
    ).wait()
    guard ending.exit == 0 else { throw HarnessError("\(program): \(ending.text)") }
    return ending.output
  }
}

/// A project whose training runs on a test cluster.
struct ClusterProject {
  let project: Project
  let cluster: TestCluster
  private static let profile = "profile.json"

  /// A project on a new cluster; `profile` holds members in addition to the usual ones.
  ///
  /// Without `go`, the cell `aside` runs until the file of that name exists.
  init(
    _ profile: String = "", cluster settings: [String: String] = [:], go: Bool = true
  ) throws {
    project = try TrainingProject.make()
    cluster = try TestCluster(settings)
    try project.write(
      #"{"executor": "slurm", "memory": "500 MiB", "bundle": 0, "#
        + (profile.contains(#""poll""#) ? "" : #""poll": 1, "#)
        + #""local": ["ingest/*", "harmonise-labels"]"# + (profile.isEmpty ? "" : ", ") + profile
        + "}", to: Self.profile)
    if go { try project.write("", to: "go") }
  }

  /// Starts `assay` with some words on the cluster.
  func assay(_ words: [String]) throws -> SpawnedProgram {
    try SpawnedProgram(words, in: project.folder, environment: cluster.environment)
  }

  /// Starts a run on the cluster.
  func start(_ words: String...) throws -> SpawnedProgram {
    try assay(["run", Project.file, "--profile", Self.profile] + words)
  }

  /// Runs on the cluster to the end; the exit code must be as expected.
  @discardableResult
  func run(_ words: String..., exit: Int32 = 0) throws -> SpawnedProgram.Ending {
    let ending = try assay(["run", Project.file, "--profile", Self.profile] + words)
      .wait()
    try #require(ending.exit == exit, "\(ending.text)")
    return ending
  }

  /// Waits until training has published a checkpoint; returns the number of its job and its node.
  func waitForTraining(_ run: SpawnedProgram?) throws -> (job: String, node: String) {
    let states = project.path(project.results + "/store/state")
    let published = eventually {
      let files = FileManager.default.enumerator(atPath: states)?.compactMap { $0 as? String }
      return files?.contains { $0.hasSuffix("/training") } == true
    }
    try #require(published, "no checkpoint appeared: \(run?.output ?? "")")
    let lines = try cluster.ask("squeue", "-h", "-t", "RUNNING", "-o", "%i|%j|%N")
    let line = lines.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
      .first { $0.count == 3 && $0[1].hasSuffix("-model") }
    let parts = try #require(line, "training was over too soon: \(lines)")
    return (parts[0], parts[2])
  }

  /// The names of the jobs that run on the cluster.
  func runningJobs() throws -> [String] {
    try cluster.ask("squeue", "-h", "-t", "RUNNING", "-o", "%j").split(separator: "\n")
      .map(String.init)
  }

  /// Kills the coordinator, a worker of a job, a node or the controller, by the number given.
  ///
  /// A node and the controller return at once. Returns whether there was something to kill.
  func strike(_ run: SpawnedProgram, _ victim: Int, node: Int) throws -> Bool {
    switch victim {
    case 0: run.signal(SIGKILL)
    case 1:
      let workers = ProcessTable.working(in: project.folder).filter { process in
        ProcessTable.arguments(of: process).contains("worker")
          && !ProcessTable.children(of: run.process).contains(process)
      }
      guard let worker = workers.randomElement() else { return false }
      kill(worker, SIGKILL)
    case 2:
      try cluster.control("kill-node", String(node))
      try cluster.control("start-node", String(node))
    default:
      try cluster.control("kill-controller")
      try cluster.control("start-controller")
    }
    return true
  }

  /// Checks that everything has the bytes of an undisturbed run on one machine.
  func expectSameBytes() throws {
    #expect(try project.digests() == TrainingProject.undisturbed())
  }

  /// The recorded row of the training.
  func model(of run: String = "latest") throws -> (node: String?, job: String?) {
    let row = try #require(try project.rows(of: run).first { $0.cell == "model" })
    return (row.node, row.job)
  }
}
