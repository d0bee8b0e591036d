internal import Foundation
internal import PipelineDSL
internal import Store

/// One attempt at a stage inside a worker: builds the context, runs the kind, adopts its outputs.
struct WorkerAttempt {
  let job: WorkerJob
  let catalogue: Catalogue
  let events: WorkerEvents
  let check: InputCheck

  func run() -> WorkerReply {
    let before = processorSeconds
    resetPeakMemory()
    func usage() -> WorkerUsage {
      var usage = WorkerUsage()
      usage.processorSeconds = processorSeconds - before
      usage.peakMemory = peakMemory
      return usage
    }
    do {
      try openLog()
      let objects = ObjectStore(try StoreLayout(root: job.store))
      let context = try makeContext(objects)
      guard let kind = catalogue[job.kind] else {
        throw StageError("unknown stage kind '\(job.kind)'")
      }
      try kind.run(job.parameters, context)
      let target = try job.outputStore.map { ObjectStore(try StoreLayout(root: $0)) } ?? objects
      var result = try adopt(target)
      result.usage = usage()
      return .done(result)
    } catch let failure as StageError {
      _ = events.take()
      events.log("error: \(failure)")
      return .failed(reason: failure.reason, hint: failure.hint, usage: usage())
    } catch {
      _ = events.take()
      events.log("error: \(error)")
      return .failed(reason: String(describing: error), hint: nil, usage: usage())
    }
  }

  // MARK: Before

  /// Creates the output folders and redirects standard error and output, and with them what
  /// libraries and crashes print, to the attempt's log.
  private func openLog() throws {
    for port in job.outputs {
      try FileManager.default.createDirectory(
        atPath: "\(job.attempt)/outputs/\(port)", withIntermediateDirectories: true)
    }
    let log = open(job.attempt + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else {
      throw StageError("\(job.attempt)/log: \(String(cString: strerror(errno)))")
    }
    dup2(log, 2)
    dup2(log, 1)
    close(log)
  }

  private func makeContext(_ objects: ObjectStore) throws -> StageContext {
    var inputs: [String: [InputArtifact]] = [:]
    for input in job.inputs {
      let manifest = try objects.manifest(input.digest)
      var files: [String: String] = [:]
      for file in manifest.files {
        guard files.updateValue(objects.path(file.digest), forKey: file.path) == nil else {
          throw StageError(
            "the artifact \(input.digest.short) of '\(input.stage)' contains two files with the same "
              + "name: \(file.path)", hint: "let '\(input.stage)' write different names")
        }
      }
      let digests = Dictionary(manifest.files.map { ($0.path, $0.digest) }) { first, _ in first }
      let (check, attempt, stage) = (check, job.attempt, input.stage)
      let coordinates = Dictionary(
        uniqueKeysWithValues: input.coordinates.members.map { ($0.name, $0.value) })
      inputs[input.port, default: []].append(
        InputArtifact(
          digest: input.digest, coordinates: coordinates, stage: input.stage,
          files: files,
          check: { name throws(StageError) in
            guard let digest = digests[name] else { return }
            try check.hold(digest, of: "\(name) of '\(stage)'", in: objects, attempt: attempt)
          }))
    }
    return StageContext(
      inputs: inputs, locations: try job.locations.mapValues { try snapshot($0, objects) },
      originals: OriginalFiles(try job.originals.map { try snapshot($0, objects) }),
      seed: UInt64(bitPattern: Int64(job.seed)), threads: job.threads,
      scratch: job.attempt + "/outputs", state: StateFolder(job.state),
      memo: MemoFolder(objects.layout.memo, limit: job.memo), events: events)
  }

  private func snapshot(
    _ reference: WorkerJob.Snapshot, _ objects: ObjectStore
  ) throws -> LocationSnapshot {
    let bytes = try objects.read(reference.digest, verify: true)
    guard
      let snapshot = LocationSnapshot(
        manifest: bytes, root: reference.root, isFile: reference.isFile)
    else { throw StageError("the list of files below \(reference.root) is damaged") }
    return snapshot
  }

  // MARK: After

  private func adopt(_ objects: ObjectStore) throws -> WorkerResult {
    var result = WorkerResult()
    for port in job.outputs {
      let manifest = try objects.adoptFolder("\(job.attempt)/outputs/\(port)")
      guard !manifest.files.isEmpty else {
        throw StageError("'\(job.kind)' wrote nothing to its output '\(port)'")
      }
      result.artifacts[port] = .init(digest: manifest.digest, bytes: manifest.totalSize)
    }
    (result.metrics, result.warnings) = events.take()
    let log = FileManager.default.contents(atPath: job.attempt + "/log") ?? Data()
    if !log.isEmpty { result.log = try objects.write([UInt8](log)) }
    try objects.sync()
    return result
  }

  // MARK: Cost

  /// Seconds of processor time of this process and of the programs it waited for.
  private var processorSeconds: Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
      var usage = rusage()
      getrusage(__rusage_who_t(who.rawValue), &usage)
      return sum + Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }
  }

  /// Resets the kernel's high-water mark of this process; workers serve many stages.
  private func resetPeakMemory() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The peak memory of this process since the reset, in bytes.
  private var peakMemory: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return 0 }
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
  }
}
