internal import PipelineDSL

/// How often each training sample is seen per epoch: `balance.csv`, one row per sample.
///
/// Each class is seen as often as the largest. The remainder rotates: in epoch e, the `rest`
/// samples of a class from place `e * rest` on, modulo the class size, are seen once more. Places
/// are drawn at random.
struct SampleBalance: Sendable {
  /// The file's name in a `views` artifact; it exists only if samples are balanced.
  static let file = "balance.csv"
  /// The columns of the file.
  static let columns = ["id", "place", "class_size", "target"]

  private struct Row: Sendable {
    let place, size, target: Int
  }

  private let rows: [String: Row]

  /// Reads the balance of an artifact; `nil` if it has none.
  init?(_ artifact: InputArtifact) throws(StageError) {
    guard artifact.files[Self.file] != nil else { return nil }
    var rows: [String: Row] = [:]
    for (index, row) in try artifact.rows(Self.file, Self.columns).enumerated() {
      let numbers = row.dropFirst().compactMap { Int($0) }
      guard numbers.count == 3, numbers[0] >= 0, numbers[0] < numbers[1], numbers[2] >= numbers[1]
      else {
        throw artifact.failure(Self.file, "line \(index + 2): the numbers are inconsistent")
      }
      rows[row[0]] = Row(place: numbers[0], size: numbers[1], target: numbers[2])
    }
    self.rows = rows
  }

  /// How often a sample is seen in an epoch; once if it is not in the table.
  func occurrences(of id: String, epoch: Int) -> Int {
    guard let row = rows[id] else { return 1 }
    let (whole, rest) = row.target.quotientAndRemainder(dividingBy: row.size)
    let turn = (row.place + row.size - epoch * rest % row.size) % row.size
    return whole + (turn < rest ? 1 : 0)
  }

  /// Draws the balance of training samples with their labels.
  init(_ samples: [(id: String, label: String)], _ context: StageContext) {
    let classes = Dictionary(grouping: samples, by: \.label)
    let target = classes.values.map(\.count).max() ?? 0
    var rows: [String: Row] = [:]
    for members in classes.values {
      let order = members.map { member in
        var stream = context.draws(Augment.name, sample: member.id, purpose: "balance")
        return (stream.next(), member.id)
      }.sorted { $0 < $1 }
      for (place, (_, id)) in order.enumerated() {
        rows[id] = Row(place: place, size: members.count, target: target)
      }
    }
    self.rows = rows
  }

  /// The file, sorted by id.
  var table: CSVTable {
    let rows = rows.sorted { $0.key < $1.key }.map { id, row in
      [id, String(row.place), String(row.size), String(row.target)]
    }
    return CSVTable(columns: Self.columns, rows: rows)
  }
}
