internal import Imaging
internal import PipelineDSL

extension CropNormalise {
  /// What is done against noise.
  enum Denoise: String, ParameterChoice {
    case none
    case median
    case gaussian
    case bilateral
  }

  /// What is done to contrast.
  enum Contrast: String, ParameterChoice {
    case none
    /// From percentile to percentile.
    case stretch
    /// Tile by tile, within a limit.
    case clahe
  }

  /// What is done to the colours of stains.
  enum Stain: String, ParameterChoice {
    case none
    /// Means and deviations in CIELAB.
    case reinhard
    /// The two stains, separated.
    case macenko
  }

  struct Parameters: StageParameters {
    var size = 224
    var trim: Int?
    var outliers: Int?
    var denoise = Denoise.median
    var radius = 1
    var sigma = 1.0
    var sigmaColour = 30.0
    var mask = CellFinder.Channel.saturation
    var hueRange = [230.0, 330.0]
    var saturationRange = [0.2, 1.0]
    var valueRange = [0.0, 1.0]
    var clearBorder = false
    var margin = 0.05
    var square = true
    var minimumArea = 0.01
    var resize = Resampling.bilinear
    var stain = Stain.none
    var stainTarget: Location?
    var contrast = Contrast.none
    var clip = 2.0
    var tiles = 8
    var cut = 0.01
    var sheet = 24

    static let fields: [ParameterField<Self>] = geometry + looks

    private static let geometry: [ParameterField<Self>] = [
      .init("size", \.size, in: 8...1024, "the edge of the crops in pixels"),
      .init(
        "trim", \.trim, in: 0...254,
        "cuts off margins whose samples are all at most so bright, before anything else; null cuts none"
      ),
      .init(
        "outliers", \.outliers, in: 1...255,
        "samples that differ from the median around them (see radius) by more become it; null for none"
      ),
      .init("denoise", \.denoise, "the filter in front of mask and crop"),
      .init(
        "radius", \.radius, in: 1...15,
        "the reach of median, bilateral and outliers in pixels: 1 for 3 x 3"),
      .init(
        "sigma", \.sigma, in: 0.1...20,
        "gaussian, bilateral: the standard deviation in pixels"),
      .init(
        "sigma-colour", \.sigmaColour, in: 1...500,
        "bilateral: the standard deviation of differences in colour, summed over the channels"),
      .init(
        "mask", \.mask,
        "what finds the cell: Otsu's threshold on saturation or grey, or ranges of HSV; none keeps the "
          + "whole picture"),
      .init(
        "hue-range", \.hueRange, in: 0...360,
        "hsv: from and to in degrees; a smaller end runs through 360"),
      .init("saturation-range", \.saturationRange, in: 0...1, "hsv: from and to"),
      .init("value-range", \.valueRange, in: 0...1, "hsv: from and to"),
      .init(
        "clear-border", \.clearBorder,
        "passes over contours that reach the picture's border, such as cut cells, while there are others"
      ),
      .init(
        "margin", \.margin, in: 0...1, "added on each side, as a share of the box's longer edge"),
      .init("square", \.square, "whether the box is made square, so that nothing is stretched"),
      .init(
        "minimum-area", \.minimumArea, in: 0...1,
        "the share of the picture below which a contour is no cell and the whole picture is kept"),
    ]

    private static let looks: [ParameterField<Self>] = [
      .init(
        "resize", \.resize, "the filter that resizes, widened where it shrinks (antialiased)"),
      .init("stain", \.stain, "what makes the colours of different stains alike"),
      .init(
        "stain-target", \.stainTarget,
        "the file of an image whose colours are wanted; without it macenko takes haematoxylin and eosin "
          + "as its authors' program has them"),
      .init("contrast", \.contrast, "what is done to contrast, at the end"),
      .init(
        "clip", \.clip, in: 0.1...100, "clahe: how far a tile's histogram may rise over its mean"),
      .init("tiles", \.tiles, in: 1...64, "clahe: tiles a side"),
      .init("cut", \.cut, in: 0...0.49, "stretch: the share of samples cut off at either end"),
      .init(
        "sheet", \.sheet, in: 0...200,
        "how many samples the contact sheet shows, before and after; 0 for none"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      for (name, range) in [
        ("hue-range", hueRange), ("saturation-range", saturationRange),
        ("value-range", valueRange),
      ] {
        if range.count != 2 {
          conflicts.append("'\(name)' is two numbers, not \(range.count)")
        } else if name != "hue-range", range[0] > range[1] {
          conflicts.append("'\(name)' ends before it begins")
        }
      }
      if stainTarget == nil, stain == .reinhard {
        conflicts.append("'stain' reinhard needs 'stain-target', an image whose colours are wanted")
      }
      if stainTarget != nil, stain == .none {
        conflicts.append("'stain-target' is set, and 'stain' is none")
      }
      return conflicts
    }
  }
}
