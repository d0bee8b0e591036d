/// One line of `planted.csv`: an image that a plant concerns.
struct PlantedTruth: Sendable, Hashable {
  /// The table, beside the sources' folders, where no ingest reads it.
  static let file = "planted.csv"

  /// What was planted.
  var kind: SyntheticDataset.Plant.Kind
  /// The mask of the image, which identifies it within the set.
  var mask: String
  /// The mask of the image that it was copied from, or of the first in its group.
  var partner: String?

  /// Writes the table, sorted by kind and id: id, kind, and the id of the partner or nothing.
  ///
  /// `masks` are those of all images, with the ids of their samples.
  static func write(
    _ truth: [PlantedTruth], masks: [MaskRow], to output: OutputFolder
  ) throws(SynthesisError) {
    let ids = Dictionary(masks.map { ($0.path, $0.id) }) { first, _ in first }
    let lines = truth.map { row in
      (row.kind.rawValue, ids[row.mask] ?? "", row.partner.flatMap { ids[$0] } ?? "")
    }
    var text = "id,kind,partner\n"
    for (kind, id, partner) in lines.sorted(by: <) { text += "\(id),\(kind),\(partner)\n" }
    try output.write(Array(text.utf8), file)
  }
}
