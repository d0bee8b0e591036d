internal import Store

/// The stages of a run and their dependencies, derived from the edges between cells.
struct StageGraph: Sendable, Hashable {
  /// A stage: its name and all its cells, including those that the run did not reach.
  struct Stage: Sendable, Hashable {
    let name: String
    let cells: [String]
  }

  /// An edge between stages, by their indices in `stages`.
  struct Edge: Sendable, Hashable {
    let from: Int
    let to: Int
  }

  /// The stages in topological order, otherwise in the order of the pipeline file.
  let stages: [Stage]
  /// The edges, each once, sorted.
  let edges: [Edge]

  /// Builds a graph from cells (name to stage) and the edges between them.
  init(cells: [String: String], edges: [EdgeRow], order: [String]) {
    var members: [String: Set<String>] = [:]
    for (cell, stage) in cells { members[stage, default: []].insert(cell) }
    var needs: [String: Set<String>] = [:]
    for edge in edges {
      let (from, to) = (Self.stage(of: edge.from), Self.stage(of: edge.to))
      members[from, default: []].insert(edge.from)
      members[to, default: []].insert(edge.to)
      if from != to { needs[to, default: []].insert(from) }
    }
    let place = Dictionary(zip(order, 0...)) { first, _ in first }
    var waiting = members.keys.sorted { a, b in
      let (left, right) = (place[a] ?? .max, place[b] ?? .max)
      return left != right ? left < right : a < b
    }
    var sorted: [String] = []
    var done: Set<String> = []
    while !waiting.isEmpty {
      // A cycle cannot come from a resolved pipeline; a damaged record must not hang the report.
      let next = waiting.firstIndex { needs[$0, default: []].isSubset(of: done) } ?? 0
      let name = waiting.remove(at: next)
      done.insert(name)
      sorted.append(name)
    }
    let index = Dictionary(uniqueKeysWithValues: zip(sorted, 0...))
    stages = sorted.map { name in
      Stage(name: name, cells: members[name, default: []].sorted(by: RunFacts.natural))
    }
    var folded: Set<Edge> = []
    for (to, froms) in needs {
      for from in froms {
        if let a = index[from], let b = index[to], a < b { folded.insert(Edge(from: a, to: b)) }
      }
    }
    self.edges = folded.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// The stage in a cell's name: the part before the axes.
  static func stage(of cell: String) -> String {
    String(cell.prefix { $0 != "@" })
  }
}
