/// Lymphocytes, monocytes, erythroblasts, platelets and the benign precursor.
extension CellForm {
  static func lymphocyte(_ random: inout CounterRandom) -> CellForm {
    let large = random.chance(0.25)
    return CellForm(
      radius: large ? random.uniform(5.6, 6.5) : random.uniform(4.5, 5.4),
      elongation: random.uniform(1, 1.22), roughness: 0.03, frill: 0.008,
      nucleus: .body(
        fraction: large ? random.uniform(0.55, 0.66) : random.uniform(0.68, 0.8),
        eccentricity: random.uniform(0.3, 0.9), indent: random.uniform(0, 0.15), folds: 0.02),
      chromatin: Chromatin(
        density: random.uniform(1.1, 1.4), grain: 1.1, contrast: 0.24, clumping: 0.3),
      cytoplasm: Cytoplasm(blue: random.uniform(0.22, 0.36), eosin: 0.02, court: 0.2))
  }

  static func monocyte(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(7.4, 8.9), elongation: random.uniform(1.02, 1.2), roughness: 0.045,
      nucleus: random.chance(0.6)
        ? .body(
          fraction: random.uniform(0.42, 0.54), eccentricity: random.uniform(0.1, 0.7),
          indent: random.uniform(0.35, 0.75), folds: 0.05)
        : .rod(fraction: random.uniform(0.4, 0.48), span: random.uniform(2, 3.2)),
      chromatin: Chromatin(density: random.uniform(0.95, 1.1), grain: 1.1, contrast: 0.34),
      cytoplasm: Cytoplasm(blue: random.uniform(0.2, 0.3), eosin: 0.06, purple: 0.08, mottle: 0.3),
      granules: [.neutrophilic(1.2, strength: 0.5)],
      vacuoles: random.chance(0.5) ? random.whole(1...5) : 0)
  }

  static func erythroblast(_ random: inout CounterRandom) -> CellForm {
    // Maturity: from the deep blue early cell to the grey-pink late one with a small dark nucleus.
    let ripe = random.uniform()
    return CellForm(
      radius: 6.2 - 1.6 * ripe + random.uniform(-0.3, 0.3), elongation: random.uniform(1, 1.12),
      nucleus: .body(
        fraction: 0.62 - 0.34 * ripe, eccentricity: random.uniform(0.1, 0.8), indent: 0,
        folds: 0.01),
      chromatin: Chromatin(
        density: 1.3 + 0.35 * ripe, grain: 1.05, contrast: 0.36 - 0.2 * ripe, clumping: 0.9),
      cytoplasm: Cytoplasm(
        blue: 0.62 - 0.48 * ripe, eosin: 0.03, purple: 0.06, haemoglobin: 0.04 + 0.2 * ripe,
        mottle: 0.12))
  }

  static func platelet(_ random: inout CounterRandom) -> CellForm {
    let giant = random.chance(0.2)
    return CellForm(
      radius: giant ? random.uniform(2, 2.8) : random.uniform(1.2, 1.9),
      elongation: random.uniform(1, 1.4), roughness: 0.07, frill: 0.06,
      nucleus: .body(
        fraction: random.uniform(0.45, 0.65), eccentricity: 0.2, indent: 0, folds: 0.1),
      chromatin: Chromatin(density: random.uniform(0.5, 0.75), grain: 0.5, contrast: 0.7),
      cytoplasm: Cytoplasm(blue: 0.12, eosin: 0.06, purple: 0.14, mottle: 0.4))
  }

  static func haematogone(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(4.8, 5.8), elongation: random.uniform(1, 1.12),
      nucleus: .body(
        fraction: random.uniform(0.83, 0.9), eccentricity: random.uniform(0.2, 0.8), indent: 0.04,
        folds: 0.015),
      chromatin: Chromatin(density: random.uniform(1.08, 1.38), grain: 1.4, contrast: 0.1),
      cytoplasm: Cytoplasm(blue: random.uniform(0.2, 0.3), eosin: 0.03))
  }
}
