/// The stain and illumination of a source's slides.
///
/// Beer-Lambert law: light decreases by `exp(-sum(amount * absorption))` in each of red, green
/// and blue. None of this depends on the cell that is shown.
struct SlideLook: Sendable {
  /// The light that the camera receives from an empty place, 0...255.
  var light: SIMD4<Float>
  /// Absorption in red, green and blue by purple, blue, eosin and haemoglobin.
  var purple = SIMD4<Float>(0.66, 1.00, 0.27, 0)
  var blue = SIMD4<Float>(0.82, 0.62, 0.14, 0)
  var eosin = SIMD4<Float>(0.12, 0.80, 0.52, 0)
  var haemoglobin = SIMD4<Float>(0.66, 0.97, 0.60, 0)
  /// Red cells per 100 square micrometres.
  var redCells: Float
  /// The strength of the pale centre of red cells, 0...1.
  var pallor: Float
  /// The share of red cells with a scalloped edge, 0...1.
  var crenation: Float
  /// Platelets per 1000 square micrometres.
  var platelets: Float
  /// Standard deviation of the sensor's noise in grey levels.
  var noise: Float
  /// Relative standard deviation of exposure between images.
  var exposureSpread: Float

  /// The look of one slide, drawn only from the seed, the source and the slide's number.
  static func drawn(for source: SyntheticDataset.Source, slide: Int, seed: UInt64) -> SlideLook {
    var random = CounterRandom(seed: seed, source: source.rawValue, image: slide, purpose: "slide")
    var look = base(of: source, random: &random)
    let brightness = 1 + 0.03 * random.bell()
    let warmth = 0.03 * random.bell()
    look.light *= SIMD4(brightness + warmth, brightness, brightness - warmth, 0)
    look.light = look.light.clamped(
      lowerBound: .zero, upperBound: SIMD4(repeating: 255))
    // Stronger or weaker staining, and a dye shifted to red or blue.
    let lean = 0.06 * random.bell()
    look.purple *= (1 + 0.1 * random.bell()) * SIMD4(1 + lean, 1, 1 - lean, 0)
    look.blue *= (1 + 0.12 * random.bell()) * SIMD4(1 + lean, 1, 1 - lean, 0)
    look.eosin *= 1 + 0.12 * random.bell()
    look.haemoglobin *= (1 + 0.12 * random.bell()) * SIMD4(1 - lean, 1, 1 + lean, 0)
    look.redCells *= random.uniform(0.6, 1.35)
    look.pallor *= random.uniform(0.5, 1.1)
    look.crenation = random.chance(0.2) ? random.uniform(0.2, 0.8) : 0.03
    return look
  }

  /// This look with its white balance and red cells leaning to red (positive) or blue (negative).
  ///
  /// Twice the amount is taken from the opposite colour, and once from green; nothing becomes
  /// lighter, so that no highlight is cut off.
  func leaning(by amount: Float) -> SlideLook {
    var look = self
    look.light *= SIMD4(
      1 - max(0, -2 * amount), 1 - amount.magnitude, 1 - max(0, 2 * amount), 0)
    look.haemoglobin *= SIMD4(1 - amount, 1, 1 + amount, 0)
    return look
  }

  private static func base(
    of source: SyntheticDataset.Source, random: inout CounterRandom
  ) -> SlideLook {
    switch source {
    case .cNMC, .cNMCKaggle:
      return SlideLook(
        light: SIMD4(134, 92, 112, 0), redCells: 0, pallor: 0, crenation: 0, platelets: 0,
        noise: 0.9, exposureSpread: 0.05)
    case .pbc, .bloodMNIST:
      // Some of the real slides have a lilac background, most a cream one.
      let lilac = random.chance(0.15)
      return SlideLook(
        light: lilac ? SIMD4(214, 208, 230, 0) : SIMD4(252, 230, 203, 0),
        redCells: 0.95, pallor: 0.75, crenation: 0, platelets: 1, noise: 1.6,
        exposureSpread: 0.025)
    case .fiveClass:
      return SlideLook(
        light: SIMD4(236, 226, 224, 0), redCells: 0.85, pallor: 0.6, crenation: 0, platelets: 0.8,
        noise: 2.2, exposureSpread: 0.045)
    case .raabin, .bloodCellImages:
      return SlideLook(
        light: source == .raabin ? SIMD4(226, 220, 232, 0) : SIMD4(232, 206, 190, 0),
        redCells: 0.9, pallor: 0.6, crenation: 0, platelets: 0.9, noise: 2.0, exposureSpread: 0.04)
    case .mllHelmholtz, .mllLMU:
      return SlideLook(
        light: SIMD4(242, 230, 226, 0), redCells: 0.75, pallor: 0.6, crenation: 0, platelets: 0.7,
        noise: 1.8, exposureSpread: 0.04)
    case .lymphoma:
      // A section has stroma instead of red cells.
      return SlideLook(
        light: SIMD4(240, 220, 232, 0), redCells: 0.3, pallor: 0.1, crenation: 0, platelets: 0.2,
        noise: 2.4, exposureSpread: 0.05)
    case .imageFolder, .allIDB, .taleqani, .multiCancer, .fab, .pakALL, .shortcut:
      return SlideLook(
        light: SIMD4(226, 214, 226, 0), redCells: 0.7, pallor: 0.5, crenation: 0, platelets: 0.6,
        noise: 2.0, exposureSpread: 0.04)
    }
  }
}
