internal import PipelineDSL

/// Which labels samples get.
enum LabelScheme: String, ParameterChoice {
  /// Paper A's five: ALL, AML, CLL, CML, Healthy.
  case fiveClass = "five-class"
  /// The eight cell types of PBC and BloodMNIST.
  case cellType = "cell-type"
  /// What the user writes under `mapping`.
  case custom
}

/// The map from native labels to labels.
struct LabelMap: Sendable {
  private let table: [String: String]
  private let folds: Bool

  /// The map of a scheme that comes with Assay, or of the user's own table.
  init(_ scheme: LabelScheme, custom: [String: String]) {
    switch scheme {
    case .fiveClass: (table, folds) = (Self.inverted(Self.fiveClass), true)
    case .cellType: (table, folds) = (Self.inverted(Self.cellType), true)
    case .custom: (table, folds) = (custom, false)
    }
  }

  /// The label of a sample, or `nil` if its native label maps to nothing.
  ///
  /// `source/native` goes before `native` alone.
  func label(source: String, native: String) -> String? {
    let key = folds ? Self.folded(native) : native
    return table["\(source)/\(key)"] ?? table[key]
  }

  /// A native label without what copies of a data set differ in: case, separators, `[malignant]`.
  static func folded(_ native: String) -> String {
    native.lowercased().split { " _-".contains($0) }.filter { $0 != "[malignant]" }
      .joined(separator: " ")
  }

  private static func inverted(_ classes: [(String, [String])]) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: classes.flatMap { label, natives in natives.map { ($0, label) } })
  }

  /// Folded native labels by class.
  ///
  /// Of the AML-Cytomorphology classes only those that are clear by themselves: blasts and their
  /// neighbours are AML, mature cells Healthy, the rest maps to nothing.
  private static let fiveClass: [(String, [String])] = [
    (
      "ALL",
      [
        "all", "early", "pre", "pro", "all early", "all pre", "all pro", "early pre b", "pre b",
        "pro b", "l1", "l2", "l3",
      ]
    ),
    (
      "AML",
      [
        "aml", "npm1", "cbfb myh11", "runx1 runx1t1", "pml rara", "myo", "mob", "pmo", "pmb",
      ]
    ),
    ("CLL", ["cll"]),
    ("CML", ["cml"]),
    (
      "Healthy",
      [
        "h", "healthy", "normal", "hem", "benign", "all benign", "control", "basophil",
        "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil", "platelet",
        "lyt", "mon", "ngs", "eos", "bas",
      ]
    ),
  ]

  /// Folded native labels by cell type.
  private static let cellType: [(String, [String])] = [
    ("basophil", ["basophil", "bas"]),
    ("eosinophil", ["eosinophil", "eos"]),
    ("erythroblast", ["erythroblast", "ebo"]),
    ("ig", ["ig", "immature granulocyte", "immature granulocytes", "myb", "mmz"]),
    ("lymphocyte", ["lymphocyte", "lyt"]),
    ("monocyte", ["monocyte", "mon"]),
    ("neutrophil", ["neutrophil", "ngs", "ngb"]),
    ("platelet", ["platelet"]),
  ]
}
