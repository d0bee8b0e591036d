/// Blasts, the mature-looking cells of chronic lymphocytic leukaemia, and smudge cells.
extension CellForm {
  static func earlyPreB(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(5.7, 6.6), elongation: random.uniform(1, 1.15), roughness: 0.025,
      nucleus: .body(
        fraction: random.uniform(0.84, 0.91), eccentricity: random.uniform(0.3, 0.9),
        indent: random.uniform(0, 0.2), folds: 0.03),
      chromatin: Chromatin(
        density: random.uniform(1.02, 1.32), grain: 0.6, contrast: 0.22,
        nucleoli: random.whole(0...1), nucleolusRadius: 0.7),
      cytoplasm: Cytoplasm(blue: random.uniform(0.38, 0.5), eosin: 0.02))
  }

  static func preB(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(6.4, 7.3), elongation: random.uniform(1.02, 1.22), roughness: 0.035,
      nucleus: .body(
        fraction: random.uniform(0.75, 0.83), eccentricity: random.uniform(0.4, 1),
        indent: random.uniform(0.15, 0.4), folds: 0.045),
      chromatin: Chromatin(
        density: random.uniform(1, 1.3), grain: 0.6, contrast: 0.26,
        nucleoli: random.whole(1...2), nucleolusRadius: 0.85),
      cytoplasm: Cytoplasm(blue: random.uniform(0.38, 0.52), eosin: 0.02))
  }

  static func proB(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(7.1, 8.3), elongation: random.uniform(1.02, 1.2), roughness: 0.04,
      nucleus: .body(
        fraction: random.uniform(0.66, 0.75), eccentricity: random.uniform(0.4, 1),
        indent: random.uniform(0.1, 0.35), folds: 0.05),
      chromatin: Chromatin(
        density: random.uniform(0.96, 1.26), grain: 0.65, contrast: 0.3,
        nucleoli: random.whole(2...4), nucleolusRadius: 1),
      cytoplasm: Cytoplasm(blue: random.uniform(0.42, 0.56), eosin: 0.02, mottle: 0.2),
      vacuoles: random.chance(0.5) ? random.whole(1...4) : 0)
  }

  static func myeloblast(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(7.2, 8.6), elongation: random.uniform(1.02, 1.22), roughness: 0.03,
      nucleus: .body(
        fraction: random.uniform(0.56, 0.68), eccentricity: random.uniform(0.5, 1),
        indent: random.uniform(0, 0.25), folds: 0.03),
      chromatin: Chromatin(
        density: random.uniform(0.82, 0.98), grain: 0.5, contrast: 0.2,
        nucleoli: random.whole(2...4), nucleolusRadius: 1.05),
      cytoplasm: Cytoplasm(
        blue: random.uniform(0.26, 0.36), eosin: 0.04, purple: 0.05, mottle: 0.2, court: 0.4),
      granules: [.azurophilic(random.uniform(0.08, 0.35), radius: 0.2)],
      rods: random.chance(0.4) ? random.whole(1...2) : 0)
  }

  /// The hypergranular promyelocyte of acute promyelocytic leukaemia.
  static func abnormalPromyelocyte(_ random: inout CounterRandom) -> CellForm {
    var form = promyelocyte(&random)
    form.nucleus = .body(
      fraction: random.uniform(0.5, 0.6), eccentricity: random.uniform(0.3, 0.8),
      indent: random.uniform(0.3, 0.7), folds: 0.06)
    form.granules = [.azurophilic(random.uniform(1.6, 2.4), radius: 0.26)]
    form.cytoplasm.purple = 0.16
    form.rods = random.chance(0.6) ? random.whole(1...4) : 0
    return form
  }

  static func monoblast(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(8, 9.4), elongation: random.uniform(1.02, 1.18), roughness: 0.05,
      nucleus: .body(
        fraction: random.uniform(0.52, 0.62), eccentricity: random.uniform(0.1, 0.7),
        indent: random.uniform(0.25, 0.6), folds: 0.07),
      chromatin: Chromatin(
        density: random.uniform(0.8, 0.95), grain: 0.55, contrast: 0.2,
        nucleoli: random.whole(1...2), nucleolusRadius: 1.3),
      cytoplasm: Cytoplasm(
        blue: random.uniform(0.34, 0.46), eosin: 0.03, purple: 0.05, mottle: 0.25),
      granules: [.azurophilic(0.12, radius: 0.18)],
      vacuoles: random.chance(0.5) ? random.whole(1...3) : 0)
  }

  /// Small and mature, with chromatin in blocks like the panels of a football.
  static func chronicLymphocyte(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(4.3, 5.1), elongation: random.uniform(1, 1.12), roughness: 0.015,
      nucleus: .body(
        fraction: random.uniform(0.84, 0.92), eccentricity: random.uniform(0.3, 1), indent: 0.03,
        folds: 0.012),
      chromatin: Chromatin(
        density: random.uniform(1.25, 1.45), grain: 1.5, contrast: 0.3, clumping: 0.6),
      cytoplasm: Cytoplasm(blue: random.uniform(0.16, 0.26), eosin: 0.03))
  }

  /// A cell that burst when the film was spread.
  static func smudge(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(5.6, 8), elongation: random.uniform(1.1, 1.7), roughness: 0.13,
      frill: 0.04, nucleus: .smear,
      chromatin: Chromatin(density: random.uniform(0.5, 0.72), grain: 1.3, contrast: 0.3),
      cytoplasm: Cytoplasm(blue: 0, eosin: 0.1))
  }

  /// A random form of a kind.
  static func drawn(_ kind: CellKind, random: inout CounterRandom) -> CellForm {
    switch kind {
    case .promyelocyte: promyelocyte(&random)
    case .myelocyte: myelocyte(&random)
    case .metamyelocyte: metamyelocyte(&random)
    case .band: band(&random)
    case .neutrophil: neutrophil(&random)
    case .eosinophil: eosinophil(&random)
    case .basophil: basophil(&random)
    case .lymphocyte: lymphocyte(&random)
    case .monocyte: monocyte(&random)
    case .erythroblast: erythroblast(&random)
    case .platelet: platelet(&random)
    case .haematogone: haematogone(&random)
    case .earlyPreB: earlyPreB(&random)
    case .preB: preB(&random)
    case .proB: proB(&random)
    case .myeloblast: myeloblast(&random)
    case .abnormalPromyelocyte: abnormalPromyelocyte(&random)
    case .monoblast: monoblast(&random)
    case .chronicLymphocyte: chronicLymphocyte(&random)
    case .smudge: smudge(&random)
    }
  }
}
