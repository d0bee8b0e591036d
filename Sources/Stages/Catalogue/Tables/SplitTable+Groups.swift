internal import PipelineDSL

extension SplitTable {
  /// The group of each sample that has one, by id, in a `split` artifact.
  static func groups(_ artifact: InputArtifact) throws(StageError) -> [String: String] {
    let columns: [SplitFormat.Column] = [.id, .group]
    let rows = try artifact.rows(SplitFormat.file, columns.map(\.rawValue))
    return Dictionary(rows.lazy.filter { !$0[1].isEmpty }.map { ($0[0], $0[1]) }) { first, _ in
      first
    }
  }
}
