/// Cells of the granulocyte series.
extension CellForm {
  static func neutrophil(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(6.2, 7.2), elongation: random.uniform(1, 1.18),
      nucleus: .lobes(
        random.choose([(2, 1), (3, 5), (4, 4), (5, 1)]), fraction: random.uniform(0.29, 0.36)),
      chromatin: Chromatin(
        density: random.uniform(1.3, 1.5), grain: 0.8, contrast: 0.28, clumping: 0.6),
      cytoplasm: Cytoplasm(blue: 0.04, eosin: random.uniform(0.1, 0.16), purple: 0.07),
      granules: [.neutrophilic(random.uniform(1.6, 2.6))])
  }

  static func band(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(6.3, 7.4), elongation: random.uniform(1, 1.15),
      nucleus: .rod(fraction: random.uniform(0.33, 0.4), span: random.uniform(3.6, 4.9)),
      chromatin: Chromatin(
        density: random.uniform(1.2, 1.4), grain: 0.85, contrast: 0.28, clumping: 0.5),
      cytoplasm: Cytoplasm(blue: 0.06, eosin: random.uniform(0.09, 0.15), purple: 0.08),
      granules: [.neutrophilic(random.uniform(1.6, 2.6))])
  }

  static func metamyelocyte(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(6.8, 7.8), elongation: random.uniform(1, 1.15),
      nucleus: .rod(fraction: random.uniform(0.4, 0.47), span: random.uniform(1.7, 2.6)),
      chromatin: Chromatin(
        density: random.uniform(1.1, 1.3), grain: 0.9, contrast: 0.28, clumping: 0.35),
      cytoplasm: Cytoplasm(blue: 0.1, eosin: random.uniform(0.09, 0.14), purple: 0.09),
      granules: [.neutrophilic(random.uniform(1.8, 2.8))])
  }

  static func myelocyte(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(7, 8.2), elongation: random.uniform(1.02, 1.2),
      nucleus: .body(
        fraction: random.uniform(0.44, 0.54), eccentricity: random.uniform(0.6, 1),
        indent: random.uniform(0, 0.15), folds: 0.03),
      chromatin: Chromatin(
        density: random.uniform(1.05, 1.2), grain: 0.9, contrast: 0.3, clumping: 0.25),
      cytoplasm: Cytoplasm(blue: 0.15, eosin: 0.1, purple: 0.1, mottle: 0.2, court: 0.35),
      granules: [.neutrophilic(random.uniform(1.6, 2.6)), .azurophilic(0.12)])
  }

  static func promyelocyte(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(7.8, 9.2), elongation: random.uniform(1.02, 1.2), roughness: 0.025,
      nucleus: .body(
        fraction: random.uniform(0.54, 0.62), eccentricity: random.uniform(0.5, 1),
        indent: random.uniform(0, 0.1), folds: 0.03),
      chromatin: Chromatin(
        density: random.uniform(0.95, 1.1), grain: 0.65, contrast: 0.25,
        nucleoli: random.whole(1...2), nucleolusRadius: 0.9),
      cytoplasm: Cytoplasm(blue: 0.28, eosin: 0.05, purple: 0.08, mottle: 0.2, court: 0.55),
      granules: [.azurophilic(random.uniform(0.7, 1.1))])
  }

  static func eosinophil(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(6.4, 7.4), elongation: random.uniform(1, 1.15),
      nucleus: .lobes(random.chance(0.8) ? 2 : 3, fraction: random.uniform(0.29, 0.36)),
      chromatin: Chromatin(
        density: random.uniform(1.2, 1.4), grain: 0.85, contrast: 0.26, clumping: 0.5),
      cytoplasm: Cytoplasm(blue: 0.03, eosin: 0.2, purple: 0.05, haemoglobin: 0.06),
      granules: [.eosinophilic(random.uniform(2.2, 2.9))])
  }

  static func basophil(_ random: inout CounterRandom) -> CellForm {
    CellForm(
      radius: random.uniform(5.8, 6.8), elongation: random.uniform(1, 1.15), roughness: 0.03,
      nucleus: .lobes(random.whole(2...3), fraction: random.uniform(0.42, 0.5)),
      chromatin: Chromatin(density: random.uniform(0.95, 1.15), grain: 0.9, contrast: 0.25),
      cytoplasm: Cytoplasm(blue: 0.1, eosin: 0.1, purple: 0.16),
      granules: [.basophilic(random.uniform(1.3, 2.1))])
  }
}
