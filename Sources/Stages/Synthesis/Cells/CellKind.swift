/// A kind of cell that a haematologist would name on a smear.
enum CellKind: String, Sendable, CaseIterable {
  // Granulocytes, from the blast to the segmented cell.
  case promyelocyte, myelocyte, metamyelocyte, band, neutrophil, eosinophil, basophil
  // Other healthy cells.
  case lymphocyte, monocyte, erythroblast, platelet
  // Lymphoid precursors: the benign haematogone and three stages of lymphoblast.
  case haematogone, earlyPreB, preB, proB
  // Other malignant cells.
  case myeloblast, abnormalPromyelocyte, monoblast, chronicLymphocyte, smudge

  /// A random kind for a diagnosis.
  ///
  /// Chronic myeloid blood shows the whole granulocyte series with basophils and few blasts, mostly
  /// immature forms, since segmented cells alone do not discriminate; healthy blood shows a mix of
  /// leukocytes with benign precursors.
  static func drawn(
    for diagnosis: Diagnosis, random: inout CounterRandom
  ) -> CellKind {
    switch diagnosis {
    case .acuteLymphoblastic:
      random.choose([(.earlyPreB, 1), (.preB, 1.2), (.proB, 1)])
    case .acuteMyeloid:
      random.choose([(.myeloblast, 6), (.abnormalPromyelocyte, 2), (.monoblast, 2)])
    case .chronicLymphocytic:
      random.choose([(.chronicLymphocyte, 86), (.smudge, 14)])
    case .chronicMyeloid:
      random.choose([
        (.myelocyte, 32), (.metamyelocyte, 28), (.band, 10), (.neutrophil, 2),
        (.basophil, 14), (.promyelocyte, 12), (.myeloblast, 2),
      ])
    case .healthy:
      random.choose([
        (.neutrophil, 34), (.lymphocyte, 24), (.monocyte, 16), (.eosinophil, 10),
        (.haematogone, 12), (.basophil, 2), (.band, 2),
      ])
    }
  }
}

/// The five classes of the five-class set.
enum Diagnosis: String, Sendable, CaseIterable {
  case acuteLymphoblastic = "ALL"
  case acuteMyeloid = "AML"
  case chronicLymphocytic = "CLL"
  case chronicMyeloid = "CML"
  case healthy = "H"
}
