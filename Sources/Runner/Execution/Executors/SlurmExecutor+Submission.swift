internal import Foundation
internal import PipelineDSL
internal import Store

/// How jobs get into the queue, and how those that are there are found again.
extension SlurmExecutor {
  /// What the tasks of one array have in common.
  private struct Shape: Hashable {
    let stage: String
    let processors: Int
    let memory: Int?
    let time: Int?
    let gres: String?
  }

  // MARK: Adoption

  /// Takes over the job that another process submitted for the same key, if there is one.
  mutating func adopt(_ remote: inout Remote) {
    guard let folder = layout.batch(computing: remote.key),
      let file = folder.read(JobFile.name(remote.key)).flatMap({ JobFile($0) })
    else { return }
    let tasks = BatchTasks(folder.read(BatchTasks.name) ?? [])
    guard tasks.task(of: remote.key) != nil else { return }
    remote.batches = [folder.name]
    remote.isWaiting = false
    // Whether it makes progress is judged from now on.
    remote.state = Self.mark(of: file.job.state)
    if batches[folder.name] == nil {
      let submission = folder.read(Self.submitted).flatMap { try? JSONParser.parse($0) }
      batches[folder.name] = Batch(
        folder: folder, stage: remote.stage, run: file.run, tasks: tasks, open: [],
        array: submission?["job"]?.text,
        submitted: submission?["at"]?.real ?? Date().timeIntervalSince1970)
      notes.append("jobs of run \(file.run) are taken over (batch \(folder.name))")
    }
    batches[folder.name]?.open.insert(remote.key)
    // The result may be there already.
    nextLook = 0
  }

  /// The file of a batch that says that it was submitted.
  static let submitted = "submitted"

  /// How the files of a state folder look: a stage that made progress changed them.
  static func mark(of folder: String) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { name in
      var status = stat()
      guard stat(folder + "/" + name, &status) == 0 else { return name }
      return "\(name) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }.joined(separator: "\n")
  }

  // MARK: Submission

  /// Submits every waiting job: cells of one stage and size as one array.
  mutating func submitWaiting() {
    let waiting = cells.filter { $0.value.isWaiting }.keys.sorted()
    guard !waiting.isEmpty else { return }
    var groups: [Shape: [Int]] = [:]
    for cell in waiting {
      guard let remote = cells[cell] else { continue }
      let shape = Shape(
        stage: remote.stage, processors: remote.processors, memory: remote.memory,
        time: remote.time, gres: remote.gres)
      groups[shape, default: []].append(cell)
    }
    let limit = taskLimit()
    for (shape, group) in groups.sorted(by: { ($0.value[0]) < ($1.value[0]) }) {
      var tasks = bundled(group)[...]
      while !tasks.isEmpty {
        submit(Array(tasks.prefix(limit)), shape)
        tasks = tasks.dropFirst(limit)
      }
    }
  }

  /// The largest number of tasks of one array: that of the cluster, and that of the profile.
  private mutating func taskLimit() -> Int {
    if let arrayLimit { return arrayLimit }
    let answer = ClusterCommand(["scontrol", "show", "config"], environment: request.environment)
      .wait(seconds: 10)
    let line = answer.output.split(whereSeparator: \.isNewline).first {
      $0.hasPrefix("MaxArraySize")
    }
    let size = line?.split(separator: " ").last.flatMap { Int($0) } ?? 1001
    let limit = max(1, min(size - 1, profile.jobs))
    // A controller that did not answer is asked again next time.
    if line != nil { arrayLimit = limit }
    return limit
  }

  /// Puts cells that usually take little time into one task.
  private mutating func bundled(_ cells: [Int]) -> [[Int]] {
    guard profile.bundle > 0 else { return cells.map { [$0] } }
    var tasks: [[Int]] = []
    var seconds = 0.0
    for cell in cells {
      let usual = self.cells[cell].flatMap { expectedSeconds(of: $0.job.cell) } ?? .infinity
      if let last = tasks.indices.last, seconds + usual <= profile.bundle {
        tasks[last].append(cell)
        seconds += usual
      } else {
        tasks.append([cell])
        seconds = usual
      }
    }
    return tasks
  }

  private mutating func submit(_ tasks: [[Int]], _ shape: Shape) {
    batchCount += 1
    let name = "\(request.run)-\(shape.stage)-\(batchCount)"
    let folder = BatchFolder(name, in: layout)
    let keys = BatchTasks(tasks.map { $0.compactMap { cells[$0]?.key } })
    do throws(StoreError) {
      try folder.create()
      try folder.write(keys.bytes, as: BatchTasks.name)
      for cell in tasks.joined() {
        guard let remote = cells[cell] else { continue }
        let file = JobFile(
          key: remote.key, run: request.run, job: remote.job,
          libraries: catalogue[remote.job.kind]?.libraries() ?? [:])
        try folder.write(file.bytes, as: JobFile.name(remote.key))
      }
      try folder.flush()
      // Before it is submitted: whoever comes after a crash finds the batch and asks Slurm for it.
      for key in keys.keys.joined() { try layout.note(folder, computes: key) }
    } catch {
      folder.remove(tasks: tasks.count)
      for cell in tasks.joined() {
        cells[cell]?.isWaiting = false
        fail(cell, "the job cannot be written: \(error)")
      }
      return
    }
    for cell in tasks.joined() {
      cells[cell]?.isWaiting = false
      cells[cell]?.batches.append(name)
      let state = Self.mark(of: cells[cell]?.job.state ?? "")
      cells[cell]?.state = state
      cells[cell]?.missed = 0
    }
    let longest = tasks.map(\.count).max() ?? 1
    let script = SlurmScript(
      batch: name, folder: folder, run: request.run, stage: shape.stage, tasks: tasks.count,
      processors: shape.processors, memory: shape.memory, time: shape.time.map { $0 * longest },
      gres: shape.gres,
      profile: profile, command: profile.command ?? request.executable,
      variables: request.environment.filter { Self.pinned.contains($0.key) })
    batches[name] = Batch(
      folder: folder, stage: shape.stage, run: request.run, tasks: keys,
      open: Set(keys.keys.joined()), submitted: Date().timeIntervalSince1970,
      submission: ClusterCommand(
        script.words, input: script.text, environment: request.environment))
  }

  /// Variables on which bits depend: they are set even where jobs do not inherit the environment.
  private static let pinned: Set = [
    "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_TRIM_THRESHOLD_", "ASSAY_NATIVE_BLAS",
  ]

  // MARK: Answers of sbatch

  /// Notes the numbers of arrays that were submitted.
  mutating func checkSubmissions() {
    for (name, batch) in batches {
      guard let ending = batch.submission?.ending() else { continue }
      batches[name]?.submission = nil
      evaluate(ending, of: name)
    }
  }

  /// Waits for every `sbatch` that runs, for at most a minute.
  mutating func finishSubmissions() {
    submitWaiting()
    let deadline = clock() + 60
    for (name, batch) in batches {
      guard let submission = batch.submission else { continue }
      batches[name]?.submission = nil
      evaluate(submission.wait(seconds: max(1, deadline - clock())), of: name)
    }
  }

  private mutating func evaluate(_ ending: ClusterCommand.Ending, of name: String) {
    guard batches[name] != nil else { return }
    // `--parsable` prints the number, or the number and the cluster.
    let number = ending.output.split(whereSeparator: { $0 == ";" || $0.isNewline }).first
      .map { $0.trimmingCharacters(in: .whitespaces) }
    if ending.exit == 0, let number, Int(number) != nil {
      return note(number, of: name)
    }
    // Slurm refused it, unless the controller was away: then it may have the batch all the same.
    guard Self.isRefusal(ending) else { return }
    for (cell, remote) in cells where remote.batches.last == name {
      fail(cell, "Slurm refused the job: \(ending.message)")
    }
  }

  /// Notes the number of the array of a batch, also for whoever takes the batch over.
  mutating func note(_ array: String, of name: String) {
    guard let batch = batches[name] else { return }
    batches[name]?.array = array
    let text = JSONCanonicalForm.bytes(
      of: ["job": .string(array), "at": .number(batch.submitted)])
    // Without the file, the next process asks Slurm for the batch.
    try? batch.folder.write(text, as: Self.submitted)
  }

  /// Whether `sbatch` said that it did not take the jobs.
  private static func isRefusal(_ ending: ClusterCommand.Ending) -> Bool {
    let unsure = ["unable to contact", "timed out", "no answer", "communication", "connection"]
    let text = ending.errors.lowercased()
    return ending.exit < 128 && !unsure.contains { text.contains($0) }
  }
}
