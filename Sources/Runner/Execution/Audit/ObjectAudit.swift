internal import PipelineDSL
internal import Store

/// Reads every object that a run's keys refer to, and verifies it against its digest.
struct ObjectAudit {
  let run: AuditedRun
  let keys: [Digest: KeyRecord]
  let objects: ObjectStore
  /// The problems, by digest; empty before the check.
  private(set) var faults: [Digest: ObjectProblem] = [:]
  private var sizes: [Digest: Int?] = [:]
  /// For each object, the first owner that refers to it.
  private var owners: [Digest: String] = [:]
  private var bytesOfArtifact: [Digest: Int] = [:]

  init(run: AuditedRun, keys: [Digest: KeyRecord], objects: ObjectStore) {
    (self.run, self.keys, self.objects) = (run, keys, objects)
  }

  mutating func check(threads: Int) -> AuditCheck {
    var check = AuditCheck("objects")
    let manifests = collectRoots()
    let read = objects.manifests(manifests, threads: threads)
    var files = 0
    for (digest, result) in zip(manifests, read) {
      switch result {
      case .success(let manifest):
        files += manifest.files.count
        bytesOfArtifact[digest] = manifest.totalSize
        let owner = owners[digest] ?? ""
        for file in manifest.files {
          add(file.digest, size: file.size, of: "\(file.path) of \(owner)")
        }
      case .failure:
        check.notes.append(
          "the files of \(owners[digest] ?? "") are unknown: its manifest cannot be used")
      }
    }
    let found = objects.check(sizes, threads: threads)
    faults = found.faults
    check.count("objects", found.count)
    check.count("bytes", found.bytes)
    check.count("artifacts", manifests.count)
    check.count("files", files)
    for (digest, fault) in found.faults.sorted(by: { $0.key < $1.key }) {
      check.report(
        .object, "\(fault.path) (\(owners[digest] ?? ""))", expected: fault.expected,
        found: fault.found)
    }
    checkSizes(&check)
    return check
  }

  /// Adds all objects except the files of artifacts; returns the artifacts, each once.
  private mutating func collectRoots() -> [Digest] {
    var manifests: [Digest] = []
    for row in run.rows {
      for artifact in run.artifacts[row.id] ?? [] where sizes[artifact.digest] == nil {
        manifests.append(artifact.digest)
        add(artifact.digest, size: nil, of: "'\(artifact.port)' of \(row.cell)")
      }
      if let log = row.log { add(log, size: nil, of: "the log of \(row.cell)") }
      guard let key = row.key, let record = keys[key] else { continue }
      for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key })
      where sizes[artifact.digest] == nil {
        manifests.append(artifact.digest)
        add(artifact.digest, size: nil, of: "'\(port)' of \(row.cell), by its key")
      }
      if let log = record.log { add(log, size: nil, of: "the log of \(row.cell), by its key") }
      let locations = (try? record.preImage)?["locations"]?.object?.members ?? []
      for (name, value) in locations {
        guard let digest = value.text.flatMap({ Digest(hex: $0) }) else { continue }
        add(digest, size: nil, of: "the list of the location '\(name)' of \(row.cell)")
      }
    }
    return manifests
  }

  private mutating func add(_ digest: Digest, size: Int?, of owner: String) {
    if let known = sizes[digest] {
      if known == nil, size != nil { sizes[digest] = .some(size) }
      return
    }
    sizes[digest] = .some(size)
    owners[digest] = owner
  }

  /// Checks that the recorded size of each artifact is the sum over its files.
  private func checkSizes(_ check: inout AuditCheck) {
    for row in run.results {
      for artifact in run.artifacts[row.id] ?? [] {
        guard let bytes = bytesOfArtifact[artifact.digest], bytes != artifact.bytes else {
          continue
        }
        check.report(
          .object, "table artifact, '\(artifact.port)' of \(row.cell)",
          expected: "\(bytes) bytes, as its files have", found: "\(artifact.bytes)")
      }
    }
  }
}
