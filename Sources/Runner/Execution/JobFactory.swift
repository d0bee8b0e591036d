internal import PipelineDSL
internal import Store

/// Creates the jobs of cells, for runs and replays.
struct JobFactory {
  let pipeline: Pipeline
  let catalogue: Catalogue
  /// The store's root.
  let store: String
  let locations: LocationBook

  /// Where a job works.
  struct Place {
    /// The scratch folder of the attempt.
    let attempt: String
    /// The folder of the key's state.
    let state: String
    /// The maximum size of the store's memo, in bytes.
    let memo: Int
    /// The root of another store for the outputs; `nil` for the store itself.
    var outputStore: String?
    /// The key, if the result is published under one.
    var key: Digest?
  }

  /// The cells whose originals a cell may open.
  ///
  /// A stage may always open its own locations; those of its ancestors only if its kind declares
  /// it, because lists of 60,000 files take time to read.
  static func openable(by cell: Cell, in pipeline: Pipeline, _ catalogue: Catalogue) -> [Cell] {
    guard catalogue[cell.kind]?.opensOriginals == true else { return [cell] }
    return pipeline.closure(of: [cell.index]).map { pipeline.cells[$0] }
  }

  /// The job of a cell.
  func job(
    for cell: Cell, inputs: [WorkerJob.Input], threads: Int, at place: Place
  ) throws(RunError) -> WorkerJob {
    var own: [String: WorkerJob.Snapshot] = [:]
    for (name, path) in cell.locations { own[name] = try snapshot(path, name, of: cell) }
    var originals: [WorkerJob.Snapshot] = []
    for owner in Self.openable(by: cell, in: pipeline, catalogue) {
      for (name, path) in owner.locations.sorted(by: { $0.key < $1.key }) {
        let snapshot = try snapshot(path, name, of: owner)
        if !originals.contains(snapshot) { originals.append(snapshot) }
      }
    }
    return WorkerJob(
      cell: cell.name, kind: cell.kind, parameters: cell.allParameters, seed: cell.seed ?? 0,
      threads: threads, inputs: inputs, locations: own, originals: originals,
      outputs: cell.ports.outputs.map(\.name), store: store, attempt: place.attempt,
      state: place.state, memo: place.memo, outputStore: place.outputStore,
      key: place.key)
  }

  private func snapshot(
    _ path: String, _ parameter: String, of cell: Cell
  ) throws(RunError) -> WorkerJob.Snapshot {
    let (snapshot, digest) = try locations.content(path, of: cell.name, parameter)
    return WorkerJob.Snapshot(digest: digest, root: snapshot.root, isFile: snapshot.isFile)
  }
}
