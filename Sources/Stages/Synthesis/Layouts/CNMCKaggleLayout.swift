/// C-NMC 2019 in Kaggle's form, with folders named for their purpose.
///
/// The labels of the preliminary phase are inside its image folder; for the final phase no labels
/// were published.
enum CNMCKaggleLayout {
  static let root = "C-NMC_Leukemia"
  private static let preliminary = root + "/validation_data/C-NMC_test_prelim_phase_data"
  private static let final = root + "/testing_data/C-NMC_test_final_phase_data"

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    CNMCLayout.images(count, of: .cNMCKaggle, seed: seed, sizeFactor: sizeFactor) { label, number in
      guard CNMCLayout.isPreliminary(number) else {
        return "\(root)/training_data/\(CNMCLayout.trainingPath(label, number))"
      }
      let folder = isFinal(number) ? final : preliminary
      return "\(folder)/\(CNMCLayout.preliminaryName(label, number))"
    }
  }

  /// Half of the images outside training belong to the final phase.
  private static func isFinal(_ number: Int) -> Bool { number % 16 == 15 }

  static func writeLabels(_ count: Int, to output: OutputFolder) throws(SynthesisError) {
    let table = CNMCLayout.labels(count) { CNMCLayout.isPreliminary($0) && !isFinal($0) }
    try output.write(table, preliminary + "/C-NMC_test_prelim_phase_data_labels.csv")
  }
}
