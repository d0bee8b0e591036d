internal import PipelineDSL

/// The labels that samples get; each scheme except `custom` is a table in `LabelSchemes/`.
enum LabelScheme: String, ParameterChoice, CaseIterable {
  /// Paper A's five classes: ALL, AML, CLL, CML, Healthy.
  case fiveClass = "five-class"
  /// ALL against Healthy.
  case binary
  /// AML against Benign.
  case aml
  /// CML against Benign.
  case cml
  /// The stages of ALL: Benign, Early, Pre, Pro.
  case allSubtypes = "all-subtypes"
  /// The public set of lymphoma sections: CLL, FL, MCL.
  case lymphoma
  /// Paper A's text for the same triplet: CLL, FL, CML, of which CML comes from other sources.
  case lymphomaCML = "lymphoma-cml"
  /// The French-American-British types of ALL: L1, L2, L3.
  case fab
  /// The eight cell types of PBC and BloodMNIST.
  case cellType = "cell-type"
  /// The user's own `mapping` or `table`.
  case custom

  /// The scheme's table, embedded in the program; empty for `custom`.
  var bytes: [UInt8] {
    switch self {
    case .fiveClass: PackageResources.five_class_csv
    case .binary: PackageResources.binary_csv
    case .aml: PackageResources.aml_csv
    case .cml: PackageResources.cml_csv
    case .allSubtypes: PackageResources.all_subtypes_csv
    case .lymphoma: PackageResources.lymphoma_csv
    case .lymphomaCML: PackageResources.lymphoma_cml_csv
    case .fab: PackageResources.fab_csv
    case .cellType: PackageResources.cell_type_csv
    case .custom: []
    }
  }
}
