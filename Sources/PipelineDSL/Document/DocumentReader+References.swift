/// A published number of a stage, and the positions on axes it is for.
typealias PublishedNumber = (published: MetricReference, when: [AxisCoordinate])

extension DocumentReader {
  /// Reads published numbers that a file gives for stages by name, also for those of its parts.
  mutating func readReferences(byStage node: LocatedJSON?) {
    guard let node, let members = object(node, "published numbers by stage") else { return }
    var known: Set<String> = []
    for member in members {
      let numbers = readReferences(member.value)
      guard known.insert(member.name).inserted else { continue }
      if let index = stageIndex[member.name] {
        document.stages[index].references += numbers
      } else if isReadable {
        diagnostics.report(
          .unknownStage, "no stage '\(member.name)'", at: member.position,
          pointer: member.value.pointer, written: member.name, known: document.stages.map(\.name))
      }
    }
  }

  /// Reads published numbers: an array of single ones and of tables, or one of them.
  mutating func readReferences(_ node: LocatedJSON) -> [PublishedNumber] {
    let entries = node.members == nil ? array(node, "published numbers") ?? [] : [node]
    return entries.flatMap { entry -> [PublishedNumber] in
      guard object(entry, "a published number, or a table of them") != nil else { return [] }
      let isTable = Self.tableNames.dropFirst().contains { entry[$0] != nil }
      return isTable ? readTable(entry) : readReference(entry).map { [$0] } ?? []
    }
  }

  private mutating func readReference(_ entry: LocatedJSON) -> PublishedNumber? {
    checkNames(of: entry, among: ["metric", "value", "source", "when"], what: "a reference")
    let metric = requiredText("metric", of: entry, what: "reference")
    let source = optionalText("source", of: entry)
    guard let value = entry["value"], let number = value.value.real else {
      diagnostics.report(
        .badCheck, "a reference must have a \"value\", a number", at: entry["value"] ?? entry)
      return nil
    }
    let members = entry["when"].flatMap { object($0, "values by axis") } ?? []
    let when = coordinates(members)
    return (
      MetricReference(metric: metric, value: number, source: source, when: labels(when)), when
    )
  }

  private func labels(_ coordinates: [AxisCoordinate]) -> [String: JSONValue] {
    let pairs = coordinates.map {
      (document.axes[$0.axis].name, document.axes[$0.axis].values[$0.value].label)
    }
    return Dictionary(pairs) { first, _ in first }
  }

  // MARK: Tables

  private static let tableNames = ["source", "axes", "metrics", "rows"]

  /// Reads a table: each row has a value on each axis, then a number, or null, for each metric.
  private mutating func readTable(_ entry: LocatedJSON) -> [PublishedNumber] {
    checkNames(of: entry, among: Self.tableNames, what: "a table of references")
    let source = optionalText("source", of: entry)
    let axes = entry["axes"].map { names($0, "the names of axes") } ?? []
    guard let metricsNode = required("metrics", of: entry),
      let rowsNode = required("rows", of: entry)
    else { return [] }
    let metrics = names(metricsNode, "the names of metrics")
    guard let axes, let metrics, let rows = array(rowsNode, "rows, each an array") else {
      return []
    }
    if metrics.isEmpty {
      diagnostics.report(.missingMember, "the table has no metrics", at: metricsNode)
    }
    guard axes.count(where: { axis($0) == nil }) == 0 else { return [] }
    var known: Set<[Int]> = []
    return rows.flatMap { row -> [PublishedNumber] in
      guard let (when, numbers) = readRow(row, axes, metrics.count) else { return [] }
      if !known.insert(when.map(\.value)).inserted {
        diagnostics.report(
          .duplicateName, "an earlier row of this table is for the same cells", at: row)
      }
      let labels = labels(when)
      return zip(metrics, numbers).compactMap { metric, number in
        number.map {
          (
            MetricReference(metric: metric.text ?? "", value: $0, source: source, when: labels),
            when
          )
        }
      }
    }
  }

  /// The positions and the numbers of a row; `nil` if a problem was reported.
  private mutating func readRow(
    _ row: LocatedJSON, _ axes: [LocatedJSON], _ metrics: Int
  ) -> (when: [AxisCoordinate], numbers: [Double?])? {
    guard let elements = array(row, "the values and numbers of a row") else { return nil }
    guard elements.count == axes.count + metrics else {
      diagnostics.report(
        .badCheck,
        "expected \(axes.count + metrics) entries in this row, \(axes.count) for axes and "
          + "\(metrics) for metrics, found \(elements.count)", at: row)
      return nil
    }
    let when = coordinates(zip(axes, elements).map { (name: $0, value: $1) })
    var isWhole = when.count == axes.count
    let numbers = elements.dropFirst(axes.count).map { element in
      let number = element.value.real
      if number == nil, element.value != .null {
        diagnostics.report(
          .badCheck,
          "expected a number, or null if none was published, found \(element.value.found)",
          at: element)
        isWhole = false
      }
      return number
    }
    return isWhole ? (when, numbers) : nil
  }

  private mutating func required(_ name: String, of table: LocatedJSON) -> LocatedJSON? {
    if table[name] == nil {
      diagnostics.report(
        .missingMember, "'\(name)' of this table of references is missing", at: table)
    }
    return table[name]
  }

  /// An array of different names; `nil` if a problem was reported.
  private mutating func names(_ node: LocatedJSON, _ what: String) -> [LocatedJSON]? {
    guard let elements = array(node, what) else { return nil }
    var isWhole = true
    var known: Set<String> = []
    for element in elements {
      if element.text?.isEmpty ?? true {
        diagnostics.report(
          .wrongType, "expected a name, found \(element.value.found)", at: element)
        isWhole = false
      } else if let name = element.text, !known.insert(name).inserted {
        diagnostics.report(.duplicateName, "'\(name)' occurs twice in this array", at: element)
        isWhole = false
      }
    }
    return isWhole ? elements : nil
  }
}
