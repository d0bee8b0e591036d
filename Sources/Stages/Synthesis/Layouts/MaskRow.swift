/// One line of `masks/masks.csv`.
struct MaskRow: Sendable, Hashable {
  /// The sample's id: the digest of its file, with the member if it is in an archive.
  var id: String
  /// The mask's file, relative to the folder of the table.
  var path: String

  /// Writes the table sorted by id.
  static func write(_ rows: [MaskRow], to output: OutputFolder) throws(SynthesisError) {
    var text = "id,path\n"
    for row in rows.sorted(by: { $0.id < $1.id }) { text += "\(row.id),\(row.path)\n" }
    try output.write(Array(text.utf8), "masks/masks.csv")
  }
}
