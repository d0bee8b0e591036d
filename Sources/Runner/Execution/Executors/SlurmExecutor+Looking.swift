internal import Foundation
internal import PipelineDSL
internal import Store

/// How results are found, and what a missing result means.
extension SlurmExecutor {
  /// What the files of a batch say about a key.
  struct Findings {
    /// The attempts with their marks, latest last.
    var attempts: [(name: AttemptName, marks: Set<AttemptName.Mark>)] = []

    /// Whether the latest attempt left a mark.
    func hasLatest(_ mark: AttemptName.Mark) -> Bool {
      attempts.last?.marks.contains(mark) ?? false
    }
  }

  /// Reads what workers wrote, and asks Slurm, each when due.
  mutating func look() {
    if let (command, since) = query {
      if let ending = command.ending() {
        query = nil
        evaluate(ending)
      } else if clock() - since > 60 {
        query = nil
        evaluate(command.end())
      }
    }
    guard !batches.isEmpty, clock() >= nextLook else { return }
    nextLook = clock() + interval
    for name in batches.keys.sorted() { read(name) }
    guard query == nil, batches.values.contains(where: { $0.submission == nil }) else { return }
    let names = Set(batches.values.map { SlurmScript.name(run: $0.run, stage: $0.stage) })
    query = (
      ClusterCommand(SlurmQueue.words(names), environment: request.environment), clock()
    )
  }

  // MARK: Files

  /// Reads a batch with one listing; keeps the results of its open keys.
  @discardableResult
  private mutating func read(_ name: String) -> [Digest: Findings] {
    guard let batch = batches[name], let names = try? batch.folder.names() else { return [:] }
    var marks: [AttemptName: Set<AttemptName.Mark>] = [:]
    for file in names {
      guard let (attempt, mark) = AttemptName.parse(file), batch.open.contains(attempt.key) else {
        continue
      }
      marks[attempt, default: []].insert(mark)
    }
    var findings: [Digest: Findings] = [:]
    for (attempt, found) in marks.sorted(by: { AttemptName.precedes($0.key, $1.key) }) {
      findings[attempt.key, default: Findings()].attempts.append((attempt, found))
    }
    for (cell, remote) in cells where !remote.isOver && remote.batches.contains(name) {
      if let found = findings[remote.key] { use(found, of: cell, in: batch) }
    }
    return findings
  }

  /// Takes the first good result; a failure only from the latest attempt.
  private mutating func use(_ findings: Findings, of cell: Int, in batch: Batch) {
    for (attempt, marks) in findings.attempts where marks.contains(.result) {
      guard let result = batch.folder.read(attempt.file(.result)).flatMap({ JobResult($0) }),
        case .reply(let reply) = result.ending
      else { continue }
      switch reply {
      case .done: break
      case .failed where attempt == findings.attempts.last?.name: break
      default: continue
      }
      let node = place(of: result, attempt, in: batch)
      cells[cell]?.place = node
      cells[cell]?.replies = [reply]
      news.insert(cell)
      return
    }
    guard let latest = findings.attempts.last, latest.marks.contains(.progress),
      let bytes = batch.folder.read(latest.name.file(.progress)), cells[cell]?.progress != bytes,
      let reply = (try? JSONParser.parse(bytes)).flatMap({ WorkerReply(json: $0) })
    else { return }
    cells[cell]?.progress = bytes
    cells[cell]?.replies = [reply]
    news.insert(cell)
  }

  private func place(of result: JobResult, _ attempt: AttemptName, in batch: Batch) -> JobPlace {
    JobPlace(
      node: result.node, job: attempt.job,
      queueSeconds: max(0, result.started - batch.submitted), started: result.started,
      seconds: result.seconds, attempt: result.attempt)
  }

  // MARK: Slurm's hint

  private mutating func evaluate(_ ending: ClusterCommand.Ending) {
    guard ending.exit == 0 else {
      // Unknown is not gone: ask again later, and less often.
      interval = min(max(interval * 2, profile.poll), max(profile.poll, 120))
      if !isSilent {
        isSilent = true
        notes.append("Slurm does not answer (\(ending.message)); waiting for it")
      }
      return
    }
    if isSilent { notes.append("Slurm answers again") }
    isSilent = false
    interval = profile.poll
    let queue = SlurmQueue(ending.output)
    identify(queue)
    var listed: [String: [Digest: Findings]] = [:]
    for cell in cells.keys.sorted() {
      guard let remote = cells[cell], !remote.isOver, !remote.isWaiting,
        let name = remote.batches.last, let batch = batches[name], let array = batch.array,
        let index = batch.tasks.task(of: remote.key)
      else { continue }
      let state = queue.states[SlurmQueue.Task(array: array, index: index)]
      if let state, state.isAlive {
        cells[cell]?.missed = 0
        continue
      }
      cells[cell]?.missed += 1
      guard let missed = cells[cell]?.missed, missed >= Self.patience else { continue }
      // A fresh listing, after which a result that is still missing counts as missing.
      if listed[name] == nil { listed[name] = read(name) }
      guard cells[cell]?.isOver == false else { continue }
      guard let own = listed[name]?[remote.key] else {
        let task = batch.tasks.keys[index]
        let hasBegun = task.contains { listed[name]?[$0] != nil } && state?.name != "CANCELLED"
        // Another cell of the same task took all its time or memory.
        if hasBegun {
          again(cell, "was not reached")
        } else {
          conclude(cell, state, Findings(), batch)
        }
        continue
      }
      conclude(cell, state, own, batch)
    }
  }

  /// Learns the numbers of arrays that nobody noted: a coordinator died, or `sbatch` was cut off.
  private mutating func identify(_ queue: SlurmQueue) {
    for (name, batch) in batches where batch.array == nil && batch.submission == nil {
      if let array = queue.arrays[name] {
        note(array, of: name)
        continue
      }
      batches[name]?.unseen += 1
      guard (batches[name]?.unseen ?? 0) >= Self.patience else { continue }
      // It never came into the queue, or it is long gone: what has no result is submitted again.
      read(name)
      let own = cells.filter { $0.value.batches.last == name && !$0.value.isOver }
      for cell in own.keys {
        cells[cell]?.isWaiting = true
        cells[cell]?.batches.removeLast()
      }
      let others = batch.tasks.keys.joined().filter { key in
        !own.values.contains { $0.key == key }
      }
      if others.isEmpty { batch.folder.remove(tasks: batch.tasks.keys.count) }
      batches[name] = nil
    }
  }

  /// Decides about a job that is over without a result.
  private mutating func conclude(
    _ cell: Int, _ state: SlurmQueue.State?, _ findings: Findings, _ batch: Batch
  ) {
    guard let remote = cells[cell] else { return }
    let crash = crash(findings, in: batch)
    let node = crash.map { place(of: $0.result, $0.attempt, in: batch) }
    cells[cell]?.place = node
    let lines = log(of: remote, in: batch)
    let name = Self.name(of: state, findings, lines)
    let log = lines.last { $0.contains("error:") } ?? lines.last ?? ""
    if name == "TIMEOUT" || name == "DEADLINE" { return proceed(cell, remote) }
    if name == "CANCELLED" {
      return fail(cell, "the job \(batch.array ?? "") was cancelled by somebody", log: log)
    }
    let isKill = crash?.end == .signalled("SIGKILL")
    if name == "OUT_OF_MEMORY" || isKill {
      return enlarge(cell, remote, log)
    }
    if let crash {
      cells[cell]?.end = crash.end
      news.insert(cell)
      return
    }
    guard name == Self.unknown || SlurmQueue.State.lost.contains(name) else {
      return fail(
        cell, "the job ended without a result (\(name), \(state?.reason ?? ""))", log: log)
    }
    if name != "PREEMPTED" { cells[cell]?.losses += 1 }
    guard remote.losses + 1 < Self.losses || name == "PREEMPTED" else {
      return fail(cell, "the job was lost \(Self.losses) times (\(name))", log: log)
    }
    again(cell, "was lost (\(name))")
  }

  /// What is known of a job that left no other trace.
  private static let unknown = "unknown"

  /// The state of a job: as Slurm says or, once Slurm has forgotten it, as its log and its marks say.
  private static func name(
    of state: SlurmQueue.State?, _ findings: Findings, _ log: [String]
  ) -> String {
    // Where no kernel group holds it to its memory, Slurm calls such a job failed, or cancelled.
    if saysOutOfMemory(log) { return "OUT_OF_MEMORY" }
    if let state { return state.name }
    let end = log.last { $0.contains(" CANCELLED AT ") } ?? ""
    if end.contains("DUE TO TIME LIMIT") || findings.hasLatest(.limit) { return "TIMEOUT" }
    if end.contains("DUE TO PREEMPTION") { return "PREEMPTED" }
    if end.contains("DUE TO NODE FAILURE") { return "NODE_FAIL" }
    if !end.isEmpty || findings.hasLatest(.stopped) { return "CANCELLED" }
    return unknown
  }

  /// The end of the latest attempt, if its process died.
  private func crash(
    _ findings: Findings, in batch: Batch
  ) -> (result: JobResult, attempt: AttemptName, end: ProcessEnd)? {
    guard let latest = findings.attempts.last, latest.marks.contains(.result),
      let result = batch.folder.read(latest.name.file(.result)).flatMap({ JobResult($0) }),
      case .ended(let end) = result.ending
    else { return nil }
    return (result, latest.name, end)
  }

  /// The last lines of the output of a task, among which are messages of Slurm.
  private func log(of remote: Remote, in batch: Batch) -> [String] {
    guard let index = batch.tasks.task(of: remote.key),
      let bytes = batch.folder.log(of: index)
    else { return [] }
    return LogTail.lines(of: String(decoding: bytes.suffix(4096), as: UTF8.self))
  }

  private static func saysOutOfMemory(_ log: [String]) -> Bool {
    let phrases = ["exceeded memory limit", "oom-kill", "oom_kill", "Out Of Memory"]
    return log.contains { line in phrases.contains { line.contains($0) } }
  }

  // MARK: Consequences

  /// Submits a job again.
  private mutating func again(_ cell: Int, _ why: String) {
    notes.append("the job of \(cells[cell]?.job.cell ?? "") \(why) and is submitted again")
    cells[cell]?.isWaiting = true
    cells[cell]?.place = nil
  }

  /// Continues a job that reached its time limit, if it made progress.
  private mutating func proceed(_ cell: Int, _ remote: Remote) {
    let limit = remote.time.map { " of \($0) s" } ?? ""
    let hint = "raise \"time\" in its resources or in the profile"
    guard Self.mark(of: remote.job.state) != remote.state else {
      return fail(cell, "the job reached its time limit\(limit) without progress", hint: hint)
    }
    guard remote.continuations < profile.continuations else {
      return fail(
        cell, "the job reached its time limit\(limit) \(remote.continuations + 1) times",
        hint: "\(hint), or \"continuations\" in the profile; what it kept is used again")
    }
    cells[cell]?.continuations += 1
    again(cell, "reached its time limit\(limit), continues")
  }

  /// Submits a job that ran out of memory again with twice as much, where the profile allows it.
  private mutating func enlarge(_ cell: Int, _ remote: Remote, _ log: String) {
    let limit = remote.memory.map { " of \(ByteCount.text($0))" } ?? ""
    guard let memory = remote.memory, remote.memoryRetries < profile.memoryRetries else {
      return fail(
        cell, "the job ran out of memory\(limit)",
        hint: "raise \"memory\" in its resources, or allow \"memory-retries\" in the profile",
        log: log)
    }
    cells[cell]?.memoryRetries += 1
    cells[cell]?.memory = memory * 2
    again(cell, "ran out of memory\(limit), gets \(ByteCount.text(memory * 2))")
  }

  /// Ends a cell with a failure that no worker reported.
  mutating func fail(_ cell: Int, _ reason: String, hint: String? = nil, log: String = "") {
    guard let remote = cells[cell] else { return }
    let text = log.isEmpty ? reason : "\(reason): \(log)"
    cells[cell]?.replies = [.failed(reason: text, hint: hint, usage: WorkerUsage())]
    if remote.place == nil {
      let now = Date().timeIntervalSince1970
      let batch = remote.batches.last.flatMap { batches[$0] }
      cells[cell]?.place = JobPlace(
        node: nil, job: batch?.array, queueSeconds: max(0, now - (batch?.submitted ?? now)),
        started: now, seconds: 0, attempt: nil)
    }
    news.insert(cell)
  }
}
