internal import PipelineDSL

/// Divides samples into train, validation and test.
struct Split: StageKind {
  /// Within what the fractions are kept.
  enum Stratum: String, ParameterChoice {
    case label
    case none
    case labelAndSource = "label+source"
  }

  struct Parameters: StageParameters {
    var fractions = [0.8, 0.1, 0.1]
    var stratify = Stratum.label
    var groups = true

    static let fields: [ParameterField<Self>] = [
      .init(
        "fractions", \.fractions, in: 0...1,
        "the shares of train, validation and test; they sum to 1"),
      .init("stratify", \.stratify, "within what the shares are kept"),
      .init(
        "groups", \.groups,
        "whether samples of one group (patient, slide) stay together; those without stand alone"),
    ]

    func conflicts() -> [String] {
      guard fractions.count == 3 else {
        return ["fractions are three numbers (train, validation, test), not \(fractions.count)"]
      }
      let sum = fractions.reduce(0, +)
      guard abs(sum - 1) < 1e-9 else { return ["fractions sum to \(sum), not to 1"] }
      return fractions[0] > 0 ? [] : ["the fraction of train is 0"]
    }
  }

  static let name = "split"
  static let revision = 1
  static let draws = true
  static let summary =
    "Divides samples into train, validation and test: stratified, by group, and stable."
  static let source = "Assay; fractions of paper A"
  static let ports = Ports(
    inputs: [.init("images", .images, .one, "the samples to divide")],
    outputs: [.init("split", .split, "split.csv: the part of every sample")])

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let samples = try SampleTable(try context.input("images")).samples
    let parts = Partition(parameters, context).parts(of: samples)
    let rows = zip(samples, parts).map { [$0.id, $1.rawValue, $0.label, $0.group] }
    try writeFile(
      CSVTable(columns: SplitTable.columns, rows: rows).bytes,
      context.output("split") + "/" + SplitTable.file)
    try report(samples, parts, context)
  }

  private func report(_ samples: [Sample], _ parts: [Part], _ context: StageContext) throws {
    let classes = Set(samples.map(\.label)).sorted()
    for (part, fraction) in zip(Part.allCases, parameters.fractions) {
      let labels = zip(samples, parts).filter { $1 == part }.map(\.0.label)
      let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
      context.events.metric(StageMetric("samples/\(part.rawValue)", Double(labels.count)))
      for label in classes {
        let count = counts[label] ?? 0
        context.events.metric(StageMetric("samples/\(part.rawValue)/\(label)", Double(count)))
        if count == 0, fraction > 0 {
          context.events.warn("no sample of class '\(label)' in part '\(part.rawValue)'")
        }
      }
      if part == .train, labels.isEmpty {
        throw StageFailure(
          "no sample is left for training, of \(samples.count)",
          mend: "raise the fraction of train, add images, or set groups to false")
      }
    }
  }
}

/// The rule by which samples are divided.
///
/// Units (groups, and samples that have none) are ranked within their stratum by a hash of seed and
/// name, laid end to end, and cut at the counts that the largest-remainder method gives; a unit
/// that lies across a cut goes where its middle lies. So a count is off by at most half of the
/// largest group, by less than 1 without groups, and a new image moves only the few units at a cut.
struct Partition {
  private struct Unit {
    var name: String
    var rank: UInt64
    var members: [Int]
  }

  private let parameters: Split.Parameters
  private let context: StageContext

  init(_ parameters: Split.Parameters, _ context: StageContext) {
    (self.parameters, self.context) = (parameters, context)
  }

  /// The part of each sample, in their order.
  func parts(of samples: [Sample]) -> [Part] {
    var parts = [Part](repeating: .train, count: samples.count)
    for units in strata(of: samples) {
      let counts = Self.counts(units.reduce(0) { $0 + $1.members.count }, parameters.fractions)
      let cuts = [counts[0], counts[0] + counts[1]]
      var laid = 0
      for unit in units {
        // Twice the middle, so that everything stays whole.
        let middle = 2 * laid + unit.members.count
        let part: Part? = zip(Part.allCases, cuts).first { middle <= 2 * $1 }?.0
        for member in unit.members { parts[member] = part ?? .test }
        laid += unit.members.count
      }
    }
    return parts
  }

  /// Whole numbers that sum to `total` and differ from its shares by less than 1.
  ///
  /// Largest remainders go first, of equal ones the earlier part.
  static func counts(_ total: Int, _ fractions: [Double]) -> [Int] {
    let shares = fractions.map { $0 * Double(total) }
    // A share such as 0.1 * 30 must not lose a sample to the last bit of a product.
    var counts = shares.map { Int(($0 + 1e-9).rounded(.down)) }
    let order = shares.indices.sorted {
      let (left, right) = (shares[$0] - Double(counts[$0]), shares[$1] - Double(counts[$1]))
      return abs(left - right) > 1e-9 ? left > right : $0 < $1
    }
    for index in order.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
    return counts
  }

  /// The units of each stratum by rank; strata by name.
  private func strata(of samples: [Sample]) -> [[Unit]] {
    var members: [String: [Int]] = [:]
    for (index, sample) in samples.enumerated() {
      let alone = !parameters.groups || sample.group.isEmpty
      // A group may be called like an id.
      members[alone ? "sample " + sample.id : "group " + sample.group, default: []].append(index)
    }
    var strata: [String: [Unit]] = [:]
    for (name, members) in members {
      var stream = context.draws(Split.name, sample: name, purpose: "rank")
      let unit = Unit(name: name, rank: stream.next(), members: members)
      strata[stratum(of: members.map { samples[$0] }), default: []].append(unit)
    }
    return strata.sorted { $0.key < $1.key }.map { _, units in
      units.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
    }
  }

  /// The most frequent stratum among the members of a unit, of equally frequent ones the first.
  private func stratum(of members: [Sample]) -> String {
    let names = members.map { sample in
      switch parameters.stratify {
      case .none: ""
      case .label: sample.label
      case .labelAndSource: sample.label + "\u{1F}" + sample.source
      }
    }
    let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? ""
  }
}
