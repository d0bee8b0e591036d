internal import Foundation
internal import PipelineDSL
internal import Store

/// Finds where two results of one key differ.
struct Divergences {
  /// The object store of the existing result.
  let existing: ObjectStore
  /// The object store of the new result; a separate one if the stage was replayed.
  let found: ObjectStore

  /// One row per output that differs, and one for the metrics; empty if the results agree.
  ///
  /// Artifacts with the same digest are not compared. `run` is the run that found the differences,
  /// if it is not sealed yet.
  func rows(
    from old: KeyRecord, to new: KeyRecord, cell: Cell, run: String?,
    comparator: (String) -> ArtifactComparator = { _ in .bytes }
  ) -> [DivergenceRow] {
    let (key, now) = (new.key, Date().timeIntervalSince1970)
    func row(_ port: String, _ old: String, _ new: String, _ file: String?) -> DivergenceRow {
      DivergenceRow(
        run: run, cell: cell.name, key: key, port: port, existing: old, found: new,
        file: file, at: now)
    }
    var rows: [DivergenceRow] = []
    for (port, artifact) in old.artifacts.sorted(by: { $0.key < $1.key }) {
      guard let other = new.artifacts[port], other.digest != artifact.digest,
        let file = difference(from: artifact.digest, to: other.digest, comparator(port))
      else { continue }
      rows.append(row(port, artifact.digest.hex, other.digest.hex, file))
    }
    if let (a, b) = Self.metrics(old.metrics, new.metrics, within: tolerance(old, comparator)) {
      rows.append(
        row("metrics", a.map(Self.text) ?? "none", b.map(Self.text) ?? "none", (a ?? b)?.name))
    }
    return rows
  }

  // MARK: Files

  /// The first file that differs, or `nil` if the comparator accepts all differences.
  private func difference(
    from old: Digest, to new: Digest, _ comparator: ArtifactComparator
  ) -> String? {
    if comparator == .ignore { return nil }
    guard let a = try? existing.manifest(old), let b = try? found.manifest(new) else {
      return "a list of files that cannot be read"
    }
    guard comparator != .bytes else { return a.firstDifference(from: b) }
    guard a.files.map(\.path) == b.files.map(\.path) else {
      let mine = Set(a.files.map(\.path)).symmetricDifference(b.files.map(\.path))
      return mine.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    for (first, second) in zip(a.files, b.files) where first.digest != second.digest {
      guard let old = try? existing.read(first.digest, verify: false),
        let new = try? found.read(second.digest, verify: false)
      else { return first.path }
      if comparator.difference(from: old, to: new, path: first.path) != nil { return first.path }
    }
    return nil
  }

  // MARK: Metrics

  /// The tolerance for metrics: the widest tolerance of the outputs, since metrics are derived from
  /// them; `nil` if an output is ignored.
  private func tolerance(
    _ record: KeyRecord, _ comparator: (String) -> ArtifactComparator
  ) -> Double? {
    var widest = 0.0
    for port in record.artifacts.keys {
      switch comparator(port) {
      case .bytes: continue
      case .json(let tolerance), .table(let tolerance): widest = max(widest, tolerance)
      case .ignore: return nil
      }
    }
    return widest
  }

  private static func metrics(
    _ old: [StageMetric], _ new: [StageMetric], within tolerance: Double?
  ) -> (StageMetric?, StageMetric?)? {
    guard let tolerance else { return nil }
    for index in 0..<max(old.count, new.count) {
      let a = index < old.count ? old[index] : nil
      let b = index < new.count ? new[index] : nil
      if let a, let b, a.name == b.name, a.step == b.step,
        ArtifactComparator.agree(a.value, b.value, within: tolerance)
      {
        continue
      }
      return (a, b)
    }
    return nil
  }

  private static func text(_ metric: StageMetric) -> String {
    "\(metric.name)\(metric.step.map { " at \($0)" } ?? ""): \(metric.value)"
  }
}
