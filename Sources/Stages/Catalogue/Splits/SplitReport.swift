internal import PipelineDSL

/// The report of a split: tables, metrics, and warnings of what can spoil it.
struct SplitReport {
  /// The columns of `counts.csv` for the parts that a split has.
  static func columns(_ parts: [Part]) -> [String] {
    ["label", "source"] + parts.map(\.rawValue) + ["left_out"]
  }

  /// The columns of `duplicates.csv`; all members of a set have the set's number, from 1.
  static let duplicateColumns = ["set", "id", "label", "source", "part"]

  private let parameters: Split.Parameters
  private let samples: [Sample]
  private let parts: [Part?]
  private let duplicates: DuplicateSets?
  private let counts: [Cell: Int]

  private struct Cell: Hashable {
    var label: String
    var source: String
    var part: Part?
  }

  /// Creates the report of a split, with near duplicates if they were searched for.
  init(
    _ parameters: Split.Parameters, _ samples: [Sample], _ parts: [Part?],
    _ duplicates: DuplicateSets?
  ) {
    (self.parameters, self.samples) = (parameters, samples)
    (self.parts, self.duplicates) = (parts, duplicates)
    var counts: [Cell: Int] = [:]
    for (sample, part) in zip(samples, parts) {
      counts[Cell(label: sample.label, source: sample.source, part: part), default: 0] += 1
    }
    self.counts = counts
  }

  private var labels: [String] { Set(samples.map(\.label)).sorted() }
  private var sources: [String] { Set(samples.map(\.source)).sorted() }
  /// The parts to report: calibration only if it is asked for or a data set gives it.
  private var shown: [Part] { Part.allCases.filter { $0 != .calibration || isExpected($0) } }

  /// Writes the tables into a folder.
  func write(to folder: String) throws(StageError) {
    var table = CSVTable(columns: Self.columns(shown))
    for label in labels {
      for source in sources {
        let row = (shown + [nil]).map {
          counts[Cell(label: label, source: source, part: $0)] ?? 0
        }
        guard row.contains(where: { $0 > 0 }) else { continue }
        table.append([label, source] + row.map(String.init))
      }
    }
    try writeFile(table.bytes, folder + "/counts.csv")
    guard let duplicates else { return }
    var list = CSVTable(columns: Self.duplicateColumns)
    for (number, set) in duplicates.sets.enumerated() {
      for member in set {
        let sample = samples[member]
        list.append([
          String(number + 1), sample.id, sample.label, sample.source,
          parts[member]?.rawValue ?? "",
        ])
      }
    }
    try writeFile(list.bytes, folder + "/duplicates.csv")
  }

  /// Records the counts and warnings; throws if no sample is left for training.
  func tell(_ events: any StageEvents) throws(StageError) {
    for part in shown { tell(part, events) }
    let train = parts.count { $0 == .train }
    guard train > 0 else {
      throw StageError(
        "no sample is left for training, of \(samples.count)",
        hint: "raise the share of train, add images, or set groups to false")
    }
    let left = parts.count { $0 == nil }
    if left > 0 {
      events.metric(StageMetric("samples/left-out", Double(left)))
      events.warn("\(left) of \(samples.count) samples are in no part: \(reasonForLeavingOut)")
    }
    warnOfDividedGroups(events)
    warnOfSingleSourceClasses(events)
    tellDuplicates(events)
  }

  private func tell(_ part: Part, _ events: any StageEvents) {
    events.metric(
      StageMetric("samples/\(part.rawValue)", Double(parts.count { $0 == part })))
    for label in labels {
      let count = sources.reduce(0) {
        $0 + (counts[Cell(label: label, source: $1, part: part)] ?? 0)
      }
      events.metric(StageMetric("samples/\(part.rawValue)/\(label)", Double(count)))
      if count == 0, isExpected(part) {
        events.warn("no sample of class '\(label)' in part '\(part.rawValue)'")
      }
    }
  }

  /// Whether the parameters request samples in a part.
  private func isExpected(_ part: Part) -> Bool {
    switch parameters.method {
    case .fractions: return Self.hasShare(part, parameters.fractions)
    case .counts: return Self.hasShare(part, (parameters.counts ?? []).map(Double.init))
    case .kFold, .leaveSourceOut, .given:
      switch part {
      case .train, .test: return true
      case .validation:
        let isCut = parameters.validation > 0 || parameters.validationSource != nil
        return isCut || parts.contains(.validation)
      case .calibration: return parameters.calibration > 0 || parts.contains(.calibration)
      }
    }
  }

  private static func hasShare(_ part: Part, _ shares: [Double]) -> Bool {
    zip(Part.named(by: shares.count), shares).contains { $0 == part && $1 > 0 }
  }

  private var reasonForLeavingOut: String {
    switch parameters.method {
    case .counts: "the counts require no more"
    case .given where parameters.ungiven == .leaveOut:
      "they are given none, or stay together with samples of another part"
    default: "they stay together with samples of another part"
    }
  }

  /// Warns of groups in several parts, which occur only if the user allowed them.
  private func warnOfDividedGroups(_ events: any StageEvents) {
    var found: [String: Set<Part>] = [:]
    for (sample, part) in zip(samples, parts) where !sample.group.isEmpty {
      if let part { found[sample.group, default: []].insert(part) }
    }
    let torn = found.filter { $0.value.count > 1 }.keys.sorted()
    guard let first = torn.first else { return }
    events.warn(
      "\(torn.count) of \(found.count) groups lie in several parts, for example '\(first)': scores will "
        + "be too good; set 'groups' to true")
  }

  /// Warns of classes from a single source, which a model can recognise by the look of the source.
  private func warnOfSingleSourceClasses(_ events: any StageEvents) {
    guard sources.count > 1 else { return }
    let lone = labels.compactMap { label -> String? in
      let own = sources.filter { source in
        (Part.allCases + [nil]).contains {
          counts[Cell(label: label, source: source, part: $0)] != nil
        }
      }
      return own.count == 1 ? "'\(label)' (\(own[0]))" : nil
    }
    guard !lone.isEmpty else { return }
    events.warn(
      "classes of one source each: \(lone.joined(separator: ", ")); a model may recognise them by the appearance "
        + "of the source")
  }

  /// Reports derived sources: how many of their samples are tied, or that they are not.
  func tell(_ derived: [DerivedSource], _ events: any StageEvents) {
    for source in derived {
      guard parameters.derived == .tie, let duplicates else {
        events.warn(
          source.warning("set 'derived' to tie, or to drop in 'harmonise-labels'"))
        continue
      }
      let origins = Set(
        samples.indices.filter { samples[$0].source == source.origin }.map {
          duplicates.first[$0]
        })
      let own = samples.indices.filter { samples[$0].source == source.name }
      let tied = own.count { origins.contains(duplicates.first[$0]) }
      events.metric(StageMetric("derived/\(source.name)/samples", Double(own.count)))
      events.metric(StageMetric("derived/\(source.name)/tied", Double(tied)))
      if tied < own.count {
        events.warn(
          "\(own.count - tied) of \(own.count) samples of '\(source.name)' are tied to no sample of "
            + "'\(source.origin)': no original was found; set 'derived' to drop in 'harmonise-labels' "
            + "to be sure")
      }
    }
  }

  private func tellDuplicates(_ events: any StageEvents) {
    guard let duplicates else { return }
    let count = duplicates.sets.reduce(0) { $0 + $1.count }
    events.metric(StageMetric("near-duplicates/samples", Double(count)))
    events.metric(StageMetric("near-duplicates/sets", Double(duplicates.sets.count)))
    let mixed = duplicates.sets.filter { set in
      Set(set.map { samples[$0].label }).count > 1
    }
    if let first = mixed.first {
      events.warn(
        "\(mixed.count) sets of near duplicates have several labels, the first around "
          + "\(samples[first[0]].id); duplicates.csv lists them")
    }
    if let largest = duplicates.sets.map(\.count).max(), 10 * largest > samples.count, largest > 9 {
      events.warn(
        "\(largest) of \(samples.count) samples are one set of near duplicates and go to one part; "
          + "lower 'near-duplicates' if they are not copies")
    }
  }
}
