internal import PipelineDSL
internal import Store

/// Determines which recorded cells can run again unchanged, and creates their jobs.
struct ReplayPlan {
  /// Why a cell cannot run again.
  struct Refusal: Error {
    let text: String
  }

  let run: AuditedRun
  let keys: [Digest: KeyRecord]
  let faults: [Digest: ObjectProblem]
  let pipeline: Pipeline
  let catalogue: Catalogue
  let cache: ActionCache
  private let explainer: RunExplainer
  private let index: FileIndex
  private let threads: Int
  /// The current content of the locations of all cells; `nil` if one of them cannot be read.
  private let book: LocationBook?
  private let recordOfCell: [String: KeyRecord]

  /// A plan for some cells; reads their locations once.
  init(
    run: AuditedRun, keys: [Digest: KeyRecord], faults: [Digest: ObjectProblem],
    pipeline: Pipeline, catalogue: Catalogue, cache: ActionCache, records: RunRecords,
    cells: [Cell], threads: Int
  ) {
    (self.run, self.keys, self.faults, self.pipeline) = (run, keys, faults, pipeline)
    (self.catalogue, self.cache, self.threads) = (catalogue, cache, threads)
    explainer = RunExplainer(pipeline: pipeline, cache: cache, records: records)
    index = FileIndex(path: cache.layout.index)
    recordOfCell = Dictionary(
      run.results.compactMap { row in
        row.key.flatMap { keys[$0] }.map { (row.cell, $0) }
      }
    ) { first, _ in first }
    let openable = Set(
      cells.flatMap { JobFactory.openable(by: $0, in: pipeline, catalogue).map(\.index) })
    book = try? LocationBook.read(
      for: openable.sorted(), of: pipeline, catalogue: catalogue, index: index,
      objects: cache.objects, threads: threads)
  }

  /// The job of a cell, or why it cannot run again unchanged.
  mutating func job(
    for candidate: Replay.Candidate, below root: String
  ) -> Result<WorkerJob, Refusal> {
    do throws(RunError) {
      let cell = candidate.cell
      let openable = JobFactory.openable(by: cell, in: pipeline, catalogue)
      let book: LocationBook
      if let all = self.book {
        book = all
      } else {
        book = try LocationBook.read(
          for: openable.map(\.index), of: pipeline, catalogue: catalogue, index: index,
          objects: cache.objects, threads: threads)
      }
      let preImage: JSONValue
      do throws(StoreError) { preImage = try candidate.record.preImage } catch {
        throw .store(error)
      }
      if let reason = try change(in: cell, preImage, book) {
        return .failure(Refusal(text: reason))
      }
      for other in openable where other.index != cell.index {
        if let reason = try changeOfLocations(of: other, book) {
          return .failure(Refusal(text: reason))
        }
      }
      return .success(try job(for: cell, preImage, book, root))
    } catch {
      return .failure(Refusal(text: error.description))
    }
  }

  /// What has changed since the run in locations, programs, libraries or stored inputs; `nil` if
  /// nothing has.
  private func change(
    in cell: Cell, _ preImage: JSONValue, _ book: LocationBook
  ) throws(RunError) -> String? {
    guard let kind = catalogue[cell.kind] else { return "unknown stage kind '\(cell.kind)'" }
    var content = RecordedContent.content(of: cell, in: preImage)
    for (name, path) in cell.locations {
      content.locations[name] = try book.content(path, of: cell.name, name).digest
    }
    content.code = try book.code(of: cell)
    let today = StageKey(cell: cell, kind: kind, content: content).preimage
    let changes = explainer.changes(from: preImage, to: today, of: cell)
    if !changes.isEmpty { return changes.joined(separator: "; ") }
    let damaged = content.inputs.values.joined().first { isDamaged($0.digest) }
    return damaged.map { "its input \($0.digest.hex) is damaged in the store" }
  }

  private func isDamaged(_ artifact: Digest) -> Bool {
    if faults.isEmpty { return false }
    guard faults[artifact] == nil, let manifest = try? cache.objects.manifest(artifact) else {
      return true
    }
    return manifest.files.contains { faults[$0.digest] != nil }
  }

  private func changeOfLocations(
    of cell: Cell, _ book: LocationBook
  ) throws(RunError) -> String? {
    let recorded = (try? recordOfCell[cell.name]?.preImage)?["locations"]
    for (name, path) in cell.locations.sorted(by: { $0.key < $1.key }) {
      let today = try book.content(path, of: cell.name, name).digest
      if recorded?[name]?.text != today.hex {
        return "the location '\(name)' of \(cell.name), whose files it opens, has changed"
      }
    }
    return nil
  }

  private func job(
    for cell: Cell, _ preImage: JSONValue, _ book: LocationBook, _ root: String
  ) throws(RunError) -> WorkerJob {
    var rest = RecordedContent.content(of: cell, in: preImage).inputs.mapValues { $0[...] }
    let inputs = cell.inputs.compactMap { input in
      rest[input.port]?.popFirst().map { artifact in
        WorkerJob.Input(
          port: input.port, digest: artifact.digest, stage: pipeline.cells[input.cell].name,
          coordinates: input.coordinates)
      }
    }
    let factory = JobFactory(
      pipeline: pipeline, catalogue: catalogue, store: cache.layout.root, locations: book)
    // No memo: a replay must not trust what the run kept there.
    let place = JobFactory.Place(
      attempt: "\(root)/\(cell.index)", state: "\(root)/state/\(cell.index)", memo: 0,
      outputStore: root + "/store")
    return try factory.job(for: cell, inputs: inputs, threads: 1, at: place)
  }
}
