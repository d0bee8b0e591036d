/// The parameters that determine the image of one cell.
///
/// Lengths are in micrometres, dyes in optical units.
struct CellForm: Sendable {
  /// Radius of a circle of the cell's area.
  var radius: Float
  /// Ratio of the cell's axes, at least 1.
  var elongation: Float = 1.06
  /// Relative amplitude of slow waves (`roughness`) and fast waves (`frill`) of the cell's edge.
  var roughness: Float = 0.02
  var frill: Float = 0.004
  var nucleus: NucleusForm
  var chromatin: Chromatin
  var cytoplasm: Cytoplasm
  var granules: [Granules] = []
  var vacuoles = 0
  /// Auer rods.
  var rods = 0

  /// The shape of a nucleus.
  enum NucleusForm: Sendable {
    /// One body. `fraction` is its share of the cell's area (N:C), `eccentricity` its shift
    /// towards the edge (0...1), `indent` the depth of a bay relative to the radius, `folds` the
    /// waviness of its edge.
    case body(fraction: Float, eccentricity: Float, indent: Float, folds: Float)
    /// A bent rod spanning `span` radians (band, horseshoe and kidney shapes).
    case rod(fraction: Float, span: Float)
    /// Lobes connected by threads.
    case lobes(Int, fraction: Float)
    /// No membrane: a burst nucleus without cytoplasm.
    case smear
  }

  /// The inside of a nucleus.
  struct Chromatin: Sendable {
    /// The amount of purple dye.
    var density: Float
    /// The width of a feature.
    var grain: Float
    /// Relative strength of the grain, 0...1.
    var contrast: Float
    /// Share of the contrast that forms blocks separated by seams, 0...1.
    var clumping: Float = 0
    var nucleoli = 0
    var nucleolusRadius: Float = 0.7
  }

  /// The cell outside the nucleus.
  struct Cytoplasm: Sendable {
    var blue: Float
    var eosin: Float
    var purple: Float = 0.03
    var haemoglobin: Float = 0
    /// Relative strength of its texture.
    var mottle: Float = 0.15
    /// Strength of a pale zone beside the nucleus, 0...1.
    var court: Float = 0
  }

  /// One type of granule.
  struct Granules: Sendable {
    /// Granules per square micrometre of cell.
    var density: Float
    var radius: Float
    var dyes: Canvas.Dyes
    /// Share of the granules over the nucleus that are visible.
    var overNucleus: Float = 0
  }
}

extension CellForm.Granules {
  static func neutrophilic(_ density: Float, strength: Float = 1) -> Self {
    Self(density: density, radius: 0.2, dyes: Canvas.Dyes(0.16, 0, 0.22, 0) * strength)
  }

  static func azurophilic(_ density: Float, radius: Float = 0.24) -> Self {
    Self(
      density: density, radius: radius, dyes: Canvas.Dyes(0.55, 0, 0.25, 0), overNucleus: 0.25)
  }

  static func eosinophilic(_ density: Float) -> Self {
    Self(density: density, radius: 0.42, dyes: Canvas.Dyes(0, 0, 0.27, 0.09), overNucleus: 0.05)
  }

  static func basophilic(_ density: Float) -> Self {
    Self(density: density, radius: 0.34, dyes: Canvas.Dyes(0.6, 0.08, 0, 0), overNucleus: 0.6)
  }
}
