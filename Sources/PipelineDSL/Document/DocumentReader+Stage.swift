extension DocumentReader {
  /// Reads one stage.
  mutating func read(_ stage: inout StageDeclaration) {
    let node = stage.node
    guard object(node, "a stage with 'uses'") != nil else { return }
    checkNames(of: node, among: Self.stageNames, what: "a stage")
    stage.uses = requiredText("uses", of: node, what: "stage")
    stage.usesNode = node["uses"]
    stage.description = optionalText("description", of: node)
    if let needs = node["needs"] { stage.needs = readNeeds(needs) }
    if let with = node["with"], object(with, "parameters by name") != nil { stage.with = with }
    if let seed = node["seed"] {
      stage.seed = seed
      if seed.text?.contains("${") != true, !SeedRule.allows(seed.value) {
        diagnostics.report(
          .badSeed, "expected \(SeedRule.phrase) or a reference to one, found \(seed.value.found)",
          at: seed)
      }
    }
    if let gather = node["gather"] { stage.gather = readGather(gather) }
    if let resources = node["resources"] { stage.resources = readResources(resources) }
    if let checks = node["checks"] { stage.checks = readChecks(checks) }
    if let reference = node["reference"] { stage.references = readReferences(reference) }
  }

  private mutating func readNeeds(_ node: LocatedJSON) -> [StageDeclaration.Need] {
    var known: Set<[String?]> = []
    return listNeeds(node).filter { need in
      let isNew = known.insert([need.port, need.stage, need.output]).inserted
      if !isNew {
        diagnostics.report(.duplicateName, "'\(need.text)' occurs twice in 'needs'", at: need.node)
      }
      return isNew
    }
  }

  private mutating func listNeeds(_ node: LocatedJSON) -> [StageDeclaration.Need] {
    switch node.form {
    case .scalar(.string): return need(node, port: nil).map { [$0] } ?? []
    case .array(let elements): return elements.compactMap { need($0, port: nil) }
    case .object(let members):
      return members.flatMap { member -> [StageDeclaration.Need] in
        checkName(of: member)
        if let elements = member.value.elements {
          return elements.compactMap { need($0, port: member.name) }
        }
        return need(member.value, port: member.name).map { [$0] } ?? []
      }
    case .scalar:
      diagnostics.report(
        .wrongType,
        "expected a stage, an array of stages, or stages by port, found \(node.value.found)",
        at: node)
      return []
    }
  }

  private mutating func need(_ node: LocatedJSON, port: String?) -> StageDeclaration.Need? {
    let parts = node.text?.split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false
    ).map(String.init)
    guard let parts, !parts.contains("") else {
      diagnostics.report(
        .wrongType, "expected the name of a stage, or 'stage.output', found \(node.value.found)",
        at: node)
      return nil
    }
    return StageDeclaration.Need(
      port: port, stage: parts[0], output: parts.count > 1 ? parts[1] : nil, node: node)
  }

  private mutating func readGather(_ node: LocatedJSON) -> [(axis: String, node: LocatedJSON)] {
    var known: Set<String> = []
    return (node.elements ?? [node]).compactMap { element in
      guard let axis = element.text else {
        diagnostics.report(
          .wrongType, "expected the name of an axis, found \(element.value.found)", at: element)
        return nil
      }
      guard known.insert(axis).inserted else {
        diagnostics.report(.duplicateName, "'\(axis)' occurs twice in 'gather'", at: element)
        return nil
      }
      return (axis, element)
    }
  }

  private mutating func readResources(_ node: LocatedJSON) -> Resources {
    var resources = Resources()
    guard object(node, "cpus, memory, time, gres") != nil else { return resources }
    checkNames(of: node, among: ["cpus", "memory", "time", "gres"], what: "'resources'")
    if let cpus = node["cpus"] {
      if let value = cpus.value.whole, value >= 1 {
        resources.cpus = value
      } else {
        diagnostics.report(
          .badResource, "expected a whole number of at least 1, found \(cpus.value.found)", at: cpus
        )
      }
    }
    if let memory = node["memory"] {
      resources.memory = memory.text.flatMap(ByteCount.parse)
      if resources.memory == nil {
        diagnostics.report(
          .badResource,
          "expected memory such as \"16 GiB\" or \"512 MiB\", found \(memory.value.found)",
          at: memory)
      }
    }
    if let time = node["time"] {
      resources.time = time.text.flatMap(ResourceText.seconds(of:))
      if resources.time == nil {
        diagnostics.report(
          .badResource, "expected a time such as \"12:00:00\", found \(time.value.found)", at: time)
      }
    }
    if let gres = node["gres"] {
      resources.gres = gres.text.flatMap(ResourceText.generic)
      if resources.gres == nil {
        diagnostics.report(
          .badResource,
          "expected generic resources such as \"gpu:1\" or \"gpu:a100:2,shard:4\", found "
            + gres.value.found, at: gres)
      }
    }
    return resources
  }

  private mutating func readChecks(_ node: LocatedJSON) -> [MetricCheck] {
    guard let elements = array(node, "checks, each a metric and a threshold") else { return [] }
    let relations = MetricCheck.Relation.allCases
    return elements.compactMap { element in
      guard object(element, "a metric and a threshold") != nil else { return nil }
      checkNames(of: element, among: ["metric"] + relations.map(\.rawValue), what: "a check")
      let metric = requiredText("metric", of: element, what: "check")
      let given = relations.filter { element[$0.rawValue] != nil }
      guard given.count == 1, let relation = given.first, let bound = element[relation.rawValue]
      else {
        diagnostics.report(
          .badCheck, "a check must have either \"at-least\" or \"at-most\"", at: element)
        return nil
      }
      guard let threshold = bound.value.real else {
        diagnostics.report(.badCheck, "expected a number, found \(bound.value.found)", at: bound)
        return nil
      }
      let check = MetricCheck(metric: metric, relation: relation, threshold: threshold)
      guard !check.isOfRecord || MetricCheck.recordNames.contains(metric) else {
        diagnostics.report(
          .badCheck,
          "the record has no number '\(metric)'; it has "
            + MetricCheck.recordNames.joined(separator: ", ")
            + (NearestName.find(metric, among: MetricCheck.recordNames).map {
              "; did you mean '\($0)'?"
            } ?? ""), at: element["metric"] ?? element)
        return nil
      }
      return check
    }
  }
}

/// The valid values of a seed.
enum SeedRule {
  static let phrase = "a whole number of at least 0"
  static func allows(_ value: JSONValue) -> Bool { value.whole.map { $0 >= 0 } ?? false }
}

/// Reads times from text.
enum ResourceText {
  /// Seconds of `HH:MM:SS`; `nil` for anything else.
  static func seconds(of text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2],
      (0...100_000).contains(hours), (0..<60).contains(minutes), (0..<60).contains(seconds),
      hours + minutes + seconds > 0
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }

  /// A list of `NAME`, `NAME:COUNT` or `NAME:TYPE:COUNT`; `nil` for anything else.
  static func generic(_ text: String) -> String? {
    let isWhole = text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
      let parts = item.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count <= 3
        && parts.allSatisfy { part in
          !part.isEmpty
            && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
        }
    }
    return isWhole ? text : nil
  }
}
