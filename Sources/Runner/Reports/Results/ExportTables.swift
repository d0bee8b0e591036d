internal import PipelineDSL
public import Store

/// The tables of a run, as `assay export` lists and writes them.
public struct ExportTables {
  /// A table that has not been made yet: listing a run reads none of its tables.
  struct Entry {
    /// A name that is unique within a run: `results/scores/test/accuracy`.
    let name: String
    /// What the table shows, in a few words.
    let about: String
    /// Makes the table; `nil` for a file that there is not.
    let make: () -> ArtifactReader.Found<ExportTable>?
  }

  private let entries: [Entry]

  /// Lists the tables of a run.
  ///
  /// - Throws: An error if the record cannot be read.
  public init(run: RunSummary, records: RunRecords, objects: ObjectStore) throws(StoreError) {
    let facts = try RunFacts(run, records)
    let reader = ArtifactReader(objects)
    let layout = GridLayout(facts, facts.edges, ResultsRequest())
    let times = ResultAppendix.times(try RunTimes(facts, records))
    entries =
      RecordTables.results(layout, facts) + RecordTables.checks(facts)
      + ArtifactTables.entries(facts, reader) + times.compactMap(Self.entry)
      + RecordTables.metrics(facts)
  }

  private static func entry(_ times: ResultAppendix) -> Entry? {
    guard case .table(let table) = times.content else { return nil }
    return Entry(name: "times", about: times.title) {
      .value(ExportTable(table, caption: "\(times.title): \(times.about)."))
    }
  }

  /// The name of each table and what it shows, in the order of a report.
  public var list: [(name: String, about: String)] { entries.map { ($0.name, $0.about) } }

  /// The table of a name, or the only one whose name begins or ends with it; `nil` without one.
  ///
  /// - Throws: Why it cannot be read.
  public func table(named name: String) throws(TableError) -> ExportTable? {
    let matches = entries.filter { $0.name.hasPrefix(name + "/") || $0.name.hasSuffix("/" + name) }
    let only = matches.count == 1 ? matches[0] : nil
    switch (entries.first { $0.name == name } ?? only)?.make() {
    case .value(let table)?: return table
    case .missing(let reason)?: throw TableError(reason: reason)
    case nil: return nil
    }
  }

  /// A hint to a similar name.
  public func hint(for name: String) -> String {
    NearestName.hint(for: name, among: entries.map(\.name))
  }
}

/// Why a table of a run cannot be read.
public struct TableError: Error, Sendable, Hashable {
  /// The reason, in words.
  public let reason: String
}
