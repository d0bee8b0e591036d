internal import PipelineDSL

/// One image of a data set: its id, source, labels, group and part.
struct Sample: Sendable, Hashable {
  /// The SHA-256 of its file in hexadecimal, followed by `:member` for a member of an archive, and
  /// by `#001` and so on for one of several cells of an image.
  var id: String
  /// The data set, such as `pbc`.
  var source: String
  /// The label in the data set.
  var nativeLabel: String
  /// The label that models are trained on; equal to `nativeLabel` until labels are harmonised.
  var label: String
  /// What a split must keep together, such as a patient; empty if unknown.
  var group: String
  /// The part that the data set assigns, if any.
  var part: Part?

  /// Orders samples by id, and rows with the same id by their other fields.
  static func precedes(_ left: Sample, _ right: Sample) -> Bool {
    (left.fields + [left.part?.rawValue ?? ""])
      .lexicographicallyPrecedes(right.fields + [right.part?.rawValue ?? ""])
  }

  /// The maximum number of cells of an image: ids of three digits sort like numbers.
  static let mostCells = 999

  /// The sample of a cell of this one's image, numbered from 1.
  ///
  /// The cells of an image without a group form a group, so that a split keeps them together.
  func cell(_ number: Int) -> Sample {
    var cell = self
    let digits = String(number)
    cell.id += "#" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    if group.isEmpty { cell.group = id }
    return cell
  }

  /// The id of the image that contains a cell with an id; the same id if it is that of an image.
  static func imageID(_ id: String) -> String {
    id.firstIndex(of: "#").map { String(id[..<$0]) } ?? id
  }

  /// The row of `samples.csv`, without the part.
  var fields: [String] { [id, source, nativeLabel, label, group] }
}

/// `samples.csv`: one row per sample, sorted by id.
struct SampleTable: Sendable, Hashable {
  /// The rows.
  var samples: [Sample]

  /// Creates a sorted table of samples; equal rows are kept once.
  init(samples: [Sample]) {
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count)
    for sample in samples.sorted(by: Sample.precedes) where kept.last != sample {
      kept.append(sample)
    }
    self.samples = kept
  }

  /// The table of a `samples` or `images` artifact.
  init(_ artifact: InputArtifact) throws(StageError) {
    let parts = try artifact.rows(SamplesFormat.file, optional: SamplesFormat.partColumn)
    samples = try artifact.rows(SamplesFormat.file, SamplesFormat.columns).enumerated().map {
      (index, row) throws(StageError) in
      var sample = Sample(
        id: row[0], source: row[1], nativeLabel: row[2], label: row[3], group: row[4])
      guard let name = parts?[index], !name.isEmpty else { return sample }
      guard let part = Part(rawValue: name) else {
        throw artifact.failure(
          SamplesFormat.file,
          "line \(index + 2): expected \(Part.listing), found '\(name)'")
      }
      sample.part = part
      return sample
    }
  }

  /// Writes `samples.csv` into a folder.
  func write(to folder: String) throws(StageError) {
    let hasParts = samples.contains { $0.part != nil }
    let table = CSVTable(
      columns: SamplesFormat.columns + (hasParts ? [SamplesFormat.partColumn] : []),
      rows: samples.map { hasParts ? $0.fields + [$0.part?.rawValue ?? ""] : $0.fields })
    try writeFile(table.bytes, folder + "/" + SamplesFormat.file)
  }

  /// The distinct labels, sorted.
  var classes: [String] { Set(samples.map(\.label)).sorted() }

  /// The number of samples per label, sorted by label.
  var counts: [(label: String, count: Int)] {
    Dictionary(grouping: samples, by: \.label).map { ($0.key, $0.value.count) }
      .sorted { $0.0 < $1.0 }
  }
}
