internal import PipelineDSL

/// One image of a data set: what it is called, where it comes from and what it shows.
struct Sample: Sendable, Hashable {
  /// The SHA-256 of its file in hexadecimal, and `:member` behind it in an archive.
  var id: String
  /// The data set, such as `pbc`.
  var source: String
  /// The label as the data set has it.
  var nativeLabel: String
  /// The label that stages learn; equal to `nativeLabel` until labels are harmonised.
  var label: String
  /// What must not be torn apart by a split, such as a patient; empty when nothing is known.
  var group: String

  /// Orders samples by id, and rows of one id by their other fields.
  static func precedes(_ left: Sample, _ right: Sample) -> Bool {
    left.fields.lexicographicallyPrecedes(right.fields)
  }

  /// The row of `samples.csv`.
  var fields: [String] { [id, source, nativeLabel, label, group] }
}

/// `samples.csv`: one row a sample, sorted by id.
struct SampleTable: Sendable, Hashable {
  /// The file's name in an artifact.
  static let file = "samples.csv"
  /// The columns of the file.
  static let columns = ["id", "source", "native_label", "label", "group"]

  /// The rows.
  var samples: [Sample]

  /// A table of some samples, sorted; equal rows are kept once.
  init(samples: [Sample]) {
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count)
    for sample in samples.sorted(by: Sample.precedes) where kept.last != sample {
      kept.append(sample)
    }
    self.samples = kept
  }

  /// The table of a `samples` or `images` artifact.
  init(_ artifact: InputArtifact) throws(StageFailure) {
    let rows = try artifact.rows(Self.file, Self.columns)
    samples = rows.map {
      Sample(id: $0[0], source: $0[1], nativeLabel: $0[2], label: $0[3], group: $0[4])
    }
  }

  /// Writes `samples.csv` into a folder.
  func write(to folder: String) throws(StageFailure) {
    let table = CSVTable(columns: Self.columns, rows: samples.map(\.fields))
    try writeFile(table.bytes, folder + "/" + Self.file)
  }

  /// The distinct labels, sorted.
  var classes: [String] { Set(samples.map(\.label)).sorted() }

  /// How many samples each label has, sorted by label.
  var counts: [(label: String, count: Int)] {
    Dictionary(grouping: samples, by: \.label).map { ($0.key, $0.value.count) }
      .sorted { $0.0 < $1.0 }
  }
}
