/// Turns a document into a pipeline: checks names, types, axes and parameters in one pass.
public struct PipelineResolver {
  /// The maximum number of cells of a pipeline.
  static let cellLimit = 1_000_000

  let catalogue: Catalogue
  var document: PipelineDocument
  var diagnostics: DiagnosticCollector
  /// Axes that some stage refers to.
  var usedAxes: Set<String> = []
  /// Indices into `document.stages`, each after all stages it needs.
  var order: [Int] = []
  var hasCycle = false
  /// The stages and the axes by name, as indices into the document.
  let stageIndex: [String: Int]
  let axisIndex: [String: Int]
  /// For each stage, ascending indices into `document.axes` of the axes it refers to itself.
  var ownAxes: [[Int]]
  /// For each stage, ascending indices into `document.axes` of the axes it varies along.
  var axes: [[Int]]
  var drafts: [StageDraft]

  /// A stage while it is being resolved.
  struct StageDraft {
    var cells: [CellDraft] = []
    /// The distinct settings of the cells.
    var settings: [CellSettings] = []
    var ports: Ports?
    var joins: [PortJoin] = []
    var firstCell = 0
  }

  /// A cell while it is being resolved.
  struct CellDraft {
    /// One value index for each axis of the stage.
    let values: [Int]
    /// The place of its settings among those of its stage.
    var settings = 0
  }

  /// The settings of a cell: the same for cells that agree along the axes their stage refers to.
  struct CellSettings: Sendable {
    var parameters = JSONObject()
    var locations: [String: String] = [:]
    /// `nil` if the parameters are invalid.
    var ports: Ports?
    var seed: Int?
  }

  /// An output port connected to an input port, for all cells of two stages.
  struct PortJoin {
    let port: String
    let stage: Int
    let output: String
    let type: ArtifactType
    let node: LocatedJSON
  }

  /// Reads and resolves a pipeline file.
  ///
  /// `overrides` replace parameters of the pipeline itself; of equal names, the last one wins.
  /// `axes` replace the values of axes, or add axes. `parts` reads the files that it includes.
  ///
  /// - Throws: `Diagnostics` with all problems, in the order of the files. If a part cannot be read,
  ///   only problems that do not depend on it are among them.
  public static func resolve(
    bytes: [UInt8], file: String, overrides: [(name: String, value: JSONValue)] = [],
    axes: AxisOverrides = AxisOverrides(), parts: PartFiles = .disk, catalogue: Catalogue
  ) throws(Diagnostics) -> Pipeline {
    let reader = DocumentReader(
      bytes: bytes, file: file, overrides: overrides, axes: axes, parts: parts)
    guard reader.isReadable else { throw reader.diagnostics.sorted }
    var resolver = PipelineResolver(
      catalogue: catalogue, document: reader.document, diagnostics: reader.diagnostics)
    resolver.checkNames()
    resolver.sortStages()
    resolver.spreadAxes()
    resolver.checkUse(given: axes)
    resolver.fillCells()
    resolver.joinPorts()
    guard !resolver.hasCycle else { throw resolver.diagnostics.sorted }
    let pipeline = resolver.wire()
    guard resolver.diagnostics.list.isEmpty else { throw resolver.diagnostics.sorted }
    return pipeline
  }

  private init(
    catalogue: Catalogue, document: PipelineDocument, diagnostics: DiagnosticCollector
  ) {
    (self.catalogue, self.document, self.diagnostics) = (catalogue, document, diagnostics)
    func index(_ names: [String]) -> [String: Int] {
      Dictionary(zip(names, names.indices)) { first, _ in first }
    }
    stageIndex = index(document.stages.map(\.name))
    axisIndex = index(document.axes.map(\.name))
    axes = Array(repeating: [], count: document.stages.count)
    ownAxes = axes
    drafts = Array(repeating: StageDraft(), count: document.stages.count)
  }

  /// Reports a problem with a stage as a whole.
  mutating func report(_ code: DiagnosticCode, _ message: String, of index: Int) {
    let stage = document.stages[index]
    diagnostics.report(code, message, at: stage.position, pointer: stage.node.pointer)
  }

  // MARK: Order

  /// Sorts the stages so that each comes after all stages it needs; reports each cycle once.
  private mutating func sortStages() {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: document.stages.count)
    for start in document.stages.indices where marks[start] == .new {
      // An explicit stack of (stage, next need), because pipelines may be thousands of stages deep.
      var path: [(stage: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let top = path.last {
        let needs = document.stages[top.stage].needs
        guard top.next < needs.count else {
          marks[top.stage] = .done
          order.append(top.stage)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let need = needs[top.next]
        guard let target = stageIndex[need.stage] else { continue }
        switch marks[target] {
        case .done: continue
        case .new:
          marks[target] = .open
          path.append((target, 0))
        case .open:
          hasCycle = true
          let cycle = path.map(\.stage).drop { $0 != target }
          diagnostics.report(.cycle, "dependency cycle: " + circle(Array(cycle)), at: need.node)
        }
      }
    }
  }

  /// The names along a cycle; a long one is shortened in the middle.
  private func circle(_ cycle: [Int]) -> String {
    var names = (cycle + cycle.prefix(1)).map { document.stages[$0].name }
    if names.count > 12 { names.replaceSubrange(6..<(names.count - 5), with: ["..."]) }
    return names.joined(separator: " -> ")
  }
}
