/// Turns a document into a pipeline: names, types, axes and parameters, all judged in one pass.
public struct PipelineResolver {
  /// How many cells a pipeline may have.
  static let cellLimit = 100_000

  let catalogue: Catalogue
  var document: PipelineDocument
  var diagnostics: DiagnosticCollector
  var parameters = JSONObject()
  var usedNames: Set<String> = []
  /// Indices into `document.stages`, each after all it needs.
  var order: [Int] = []
  var stageIndex: [String: Int] = [:]
  /// Per stage: indices into `document.axes`, ascending.
  var axes: [[Int]] = []
  var drafts: [StageDraft] = []

  /// A stage while it is being resolved.
  struct StageDraft {
    var cells: [CellDraft] = []
    var ports: Ports?
    var joins: [PortJoin] = []
    var firstCell = 0
  }

  /// A cell while it is being resolved.
  struct CellDraft {
    /// A value index for each of the stage's axes.
    let values: [Int]
    var resolved: ResolvedParameters?
    var seed: Int?
  }

  /// An output port joined to an input port, for all cells of two stages.
  struct PortJoin {
    let port: String
    let arity: InputPort.Arity
    let stage: Int
    let output: String
    let type: ArtifactType
    let node: LocatedJSON
  }

  /// Reads and resolves a pipeline file.
  ///
  /// `overrides` replace parameters, the last of equal names winning.
  ///
  /// - Throws: everything that is wrong, in the order of the file.
  public static func resolve(
    bytes: [UInt8], file: String, overrides: [(name: String, value: JSONValue)] = [],
    catalogue: Catalogue
  ) throws(Diagnostics) -> Pipeline {
    let reader = DocumentReader(bytes: bytes, file: file)
    var resolver = PipelineResolver(
      catalogue: catalogue, document: reader.document, diagnostics: reader.diagnostics)
    resolver.apply(overrides)
    resolver.checkNames()
    resolver.sortStages()
    resolver.spreadAxes()
    resolver.checkUse()
    resolver.fillCells()
    resolver.joinPorts()
    let pipeline = resolver.wire(text: bytes)
    guard resolver.diagnostics.list.isEmpty else { throw resolver.diagnostics.sorted }
    return pipeline
  }

  private init(
    catalogue: Catalogue, document: PipelineDocument, diagnostics: DiagnosticCollector
  ) {
    (self.catalogue, self.document, self.diagnostics) = (catalogue, document, diagnostics)
    for (index, stage) in document.stages.enumerated() where stageIndex[stage.name] == nil {
      stageIndex[stage.name] = index
    }
    axes = Array(repeating: [], count: document.stages.count)
    drafts = Array(repeating: StageDraft(), count: document.stages.count)
  }

  private mutating func apply(_ overrides: [(name: String, value: JSONValue)]) {
    for (name, value) in overrides {
      guard let index = document.parameters.firstIndex(where: { $0.name == name }) else {
        diagnostics.report(
          "the pipeline has no parameter '\(name)' to set", at: nil, pointer: "/parameters",
          written: name, known: document.parameters.map(\.name))
        continue
      }
      document.parameters[index].value = value
    }
    parameters = JSONObject(document.parameters.map { ($0.name, $0.value) })
  }

  // MARK: Names

  private mutating func checkNames() {
    for (index, stage) in document.stages.enumerated() {
      if !stage.uses.isEmpty, catalogue[stage.uses] == nil, let node = stage.usesNode {
        diagnostics.report(
          "there is no stage kind '\(stage.uses)'", at: node, written: stage.uses,
          known: catalogue.names)
      }
      for need in stage.needs where stageIndex[need.stage] == nil {
        diagnostics.report(
          "there is no stage '\(need.stage)'", at: need.node, written: need.stage,
          known: document.stages.map(\.name))
      }
      if let kind = catalogue[stage.uses], !kind.draws, let seed = stage.seed {
        diagnostics.report("'\(kind.name)' draws nothing, so a seed has no effect", at: seed)
      }
      axes[index] = referencedAxes(of: stage)
    }
  }

  /// The axes a stage refers to; reports references that lead nowhere.
  private mutating func referencedAxes(of stage: StageDeclaration) -> [Int] {
    var found: Set<Int> = []
    for node in [stage.with, seedNode(of: stage)].compactMap({ $0 }) {
      var strings: [(String, LocatedJSON)] = []
      node.forEachString { strings.append(($0, $1)) }
      for (text, node) in strings where text.contains("${") {
        guard let pieces = Interpolation.pieces(of: text) else {
          diagnostics.report("a '${' never ends", at: node)
          continue
        }
        for case .reference(let reference) in pieces {
          if let axis = axis(of: reference, at: node) { found.insert(axis) }
        }
      }
    }
    if usesDefaultSeed(stage), let axis = document.axes.firstIndex(where: { $0.name == "seed" }) {
      found.insert(axis)
    }
    if usesDefaultSeed(stage) { usedNames.insert("seed") }
    return found.sorted()
  }

  func usesDefaultSeed(_ stage: StageDeclaration) -> Bool {
    stage.seed == nil && catalogue[stage.uses]?.draws == true
  }

  private func seedNode(of stage: StageDeclaration) -> LocatedJSON? { stage.seed }

  private mutating func axis(of reference: Interpolation.Reference, at node: LocatedJSON) -> Int? {
    usedNames.insert(reference.name)
    if let axis = document.axes.firstIndex(where: { $0.name == reference.name }) {
      if let field = reference.field {
        for value in document.axes[axis].values where value.fields[field] == nil {
          diagnostics.report(
            "'\(value.text)' on the axis '\(reference.name)' has no field '\(field)'", at: node,
            written: field, known: value.fields.names)
        }
      }
      return axis
    }
    if parameters[reference.name] == nil {
      diagnostics.report(
        "there is no parameter or axis '\(reference.name)'", at: node, written: reference.name,
        known: parameters.names + document.axes.map(\.name))
    } else if let field = reference.field, parameters[reference.name]?[field] == nil {
      diagnostics.report(
        "the parameter '\(reference.name)' has no field '\(field)'", at: node, written: field,
        known: parameters[reference.name]?.object?.names ?? [])
    }
    return nil
  }

  private mutating func checkUse() {
    for parameter in document.parameters where !usedNames.contains(parameter.name) {
      diagnostics.report(
        "no stage uses the parameter '\(parameter.name)'", at: parameter.position,
        pointer: parameter.pointer)
    }
    for axis in document.axes where !usedNames.contains(axis.name) {
      diagnostics.report(
        "no stage varies along the axis '\(axis.name)'", at: axis.position, pointer: axis.pointer)
    }
  }

  // MARK: Order

  /// Sorts the stages so that each stands after all it needs; reports each cycle once.
  private mutating func sortStages() {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: document.stages.count)
    for start in document.stages.indices where marks[start] == .new {
      // An explicit stack of (stage, next need), since pipelines may be thousands of stages deep.
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
        guard let target = stageIndex[needs[top.next].stage] else { continue }
        switch marks[target] {
        case .done: continue
        case .new:
          marks[target] = .open
          path.append((target, 0))
        case .open:
          let cycle = path.map(\.stage).drop { $0 != target } + [target]
          diagnostics.report(
            "stages need each other in a circle: "
              + cycle.map { document.stages[$0].name }.joined(separator: " -> "),
            at: needs[top.next].node)
        }
      }
    }
  }

  /// Adds to each stage the axes of what it needs, less what it gathers.
  private mutating func spreadAxes() {
    for index in order {
      let stage = document.stages[index]
      let own = Set(axes[index])
      var inherited: Set<Int> = []
      for need in stage.needs {
        if let target = stageIndex[need.stage] { inherited.formUnion(axes[target]) }
      }
      var all = own.union(inherited)
      for (name, node) in stage.gather {
        guard let axis = document.axes.firstIndex(where: { $0.name == name }) else {
          diagnostics.report(
            "there is no axis '\(name)'", at: node, written: name,
            known: document.axes.map(\.name))
          continue
        }
        if own.contains(axis) {
          diagnostics.report(
            "a stage cannot gather the axis '\(name)' and refer to it", at: node)
        } else if !inherited.contains(axis) {
          diagnostics.report(
            "nothing this stage needs varies along '\(name)'", at: node, written: name,
            known: inherited.sorted().map { document.axes[$0].name })
        }
        all.remove(axis)
      }
      axes[index] = all.sorted()
    }
  }
}
