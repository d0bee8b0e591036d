/// The phases by which times are summed up, as in table 6 of paper B.
enum Phase {
  /// The phases, in the order of the table.
  static let names = ["preprocessing", "feature extraction", "training", "prediction"]

  /// The phase of each stage kind; of the ingest kinds, see `name(of:)`.
  private static let kinds = [
    "harmonise-labels": names[0], "crop-normalise": names[0], "split": names[0],
    "augment": names[0],
    "extract-features": names[1], "fuse-features": names[1],
    "fine-tune": names[2], "classify": names[2], "ensemble": names[2], "calibrate": names[2],
    "evaluate": names[3], "explain": names[3], "conformal": names[3],
    "judge-explanations": names[3],
  ]

  /// The phase of a stage kind; a kind that belongs to none is a phase of its own.
  static func name(of kind: String) -> String {
    kind.hasPrefix("ingest/") ? names[0] : kinds[kind] ?? kind
  }

  /// Phases in the order of the table, others after them by name.
  static func sorted(_ phases: some Sequence<String>) -> [String] {
    let all = Set(phases)
    return names.filter(all.contains) + all.subtracting(names).sorted()
  }
}
