public import PipelineDSL

extension RunRecords {
  /// The keys of all cells of a run, or of the given stages or cells with all that they need.
  ///
  /// - Throws: `StoreError` if the run has no stage or cell of a name, with the nearest one.
  public func keys(run: String, of names: [String] = []) throws(StoreError) -> [Digest] {
    let rows = try stageRuns(run: run)
    guard !names.isEmpty else { return Array(Set(rows.compactMap(\.key))).sorted() }
    var wanted: Set<String> = []
    for name in names {
      let cells = rows.filter { $0.cell == name || $0.stage == name }.map(\.cell)
      guard !cells.isEmpty else {
        let near = NearestName.hint(for: name, among: rows.map(\.stage) + rows.map(\.cell))
        throw StoreError(path: path, "run \(run) has no stage or cell '\(name)'\(near)")
      }
      wanted.formUnion(cells)
    }
    let needs = Dictionary(grouping: try edges(run: run)) { $0.to }
    var stack = Array(wanted)
    while let cell = stack.popLast() {
      for need in needs[cell] ?? [] where wanted.insert(need.from).inserted {
        stack.append(need.from)
      }
    }
    return Array(Set(rows.filter { wanted.contains($0.cell) }.compactMap(\.key))).sorted()
  }
}
