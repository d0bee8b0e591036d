internal import Imaging
internal import PipelineDSL

extension CropNormalise {
  /// The noise filter.
  enum Denoise: String, ParameterChoice {
    case none
    case median
    case gaussian
    case bilateral
  }

  /// The contrast adjustment.
  enum Contrast: String, ParameterChoice {
    case none
    /// Stretched between two percentiles.
    case stretch
    /// Luma equalised tile by tile, with a limit.
    case clahe
    /// The same for the lightness of CIE L*a*b*.
    case claheLightness = "clahe-lightness"
  }

  /// What is shown around the cell.
  enum Background: String, ParameterChoice {
    /// What was photographed.
    case keep
    case black
    case white

    /// The value of the samples around the cell; `nil` to keep them.
    var fill: UInt8? {
      switch self {
      case .keep: nil
      case .black: 0
      case .white: 255
      }
    }
  }

  /// The cells of an image that become samples.
  enum Cells: String, ParameterChoice {
    /// The largest.
    case one
    /// Each, as a sample of its own.
    case all
  }

  /// The stain normalisation.
  enum Stain: String, ParameterChoice {
    case none
    /// By means and standard deviations in CIELAB.
    case reinhard
    /// By separating the two stains.
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
    var mask = CellFinder.Channel.nucleus
    var hueRange = [230.0, 330.0]
    var saturationRange = [0.2, 1.0]
    var valueRange = [0.0, 1.0]
    var clearBorder = false
    var cells = Cells.one
    var window: Int?
    var margin = 0.1
    var square = true
    var minimumArea = 0.001
    var resize = Resampling.bilinear
    var stain = Stain.none
    var stainTarget: Location?
    var contrast = Contrast.none
    var clip = 2.0
    var tiles = 8
    var cut = 0.01
    var background = Background.keep
    var sheet = 24

    static let fields: [ParameterField<Self>] = geometry + looks

    private static let geometry: [ParameterField<Self>] = [
      .init("size", \.size, in: 8...1024, "size of the square crops in pixels"),
      .init(
        "trim", \.trim, in: 0...254,
        "maximum brightness of margins that are cut off first; null cuts none"
      ),
      .init(
        "outliers", \.outliers, in: 1...255,
        "difference from the surrounding median (see radius) above which a pixel is replaced by it; null for none"
      ),
      .init("denoise", \.denoise, "noise filter applied before mask and crop"),
      .init(
        "radius", \.radius, in: 1...15,
        "radius of median, bilateral and outliers in pixels: 1 for 3 x 3"),
      .init(
        "sigma", \.sigma, in: 0.1...20,
        "gaussian, bilateral: standard deviation in pixels"),
      .init(
        "sigma-colour", \.sigmaColour, in: 1...500,
        "bilateral: standard deviation of colour differences, summed over the channels"),
      .init(
        "mask", \.mask,
        "mask that finds cells: nuclei by three-class Otsu on blue minus red, two-class Otsu on saturation or grey, or ranges of HSV; none keeps the whole image"
      ),
      .init(
        "hue-range", \.hueRange, in: 0...360,
        "hsv and background: range of hue in degrees; if the end is smaller, the range passes through 360; the default holds the blue to purple of nuclei and cytoplasm in Giemsa and Wright stains, without red cells (330 to 30) and cream grounds (20 to 60)"
      ),
      .init(
        "saturation-range", \.saturationRange, in: 0...1,
        "hsv and background: range; pale grounds are below 0.2"),
      .init("value-range", \.valueRange, in: 0...1, "hsv and background: range"),
      .init(
        "clear-border", \.clearBorder,
        "cells at the image border, such as cut ones, are ignored if there are others"
      ),
      .init(
        "cells", \.cells,
        "cells of an image that become samples: the largest one, or all, with ids that end in #001, #002, ... and the image as group"
      ),
      .init(
        "window", \.window, in: 8...4096,
        "side of a square around each cell in pixels of the original, so that size stays visible; null follows the cell, with margin"
      ),
      .init(
        "margin", \.margin, in: 0...1,
        "margin on each side, as a share of the longer edge of the box"),
      .init("square", \.square, "square crop box, so that nothing is stretched"),
      .init(
        "minimum-area", \.minimumArea, in: 0...1,
        "minimum area of a nucleus or contour, as a share of the image; with none, the whole image is kept and marked in crops.csv"
      ),
    ]

    private static let looks: [ParameterField<Self>] = [
      .init(
        "resize", \.resize, "resize filter, antialiased when shrinking"),
      .init("stain", \.stain, "stain normalisation"),
      .init(
        "stain-target", \.stainTarget,
        "image file with the target colours, which reinhard and macenko need"
      ),
      .init(
        "contrast", \.contrast,
        "contrast adjustment of the finished crop: stretch between two percentiles, or CLAHE on luma (clahe) or on L* of CIE L*a*b* (clahe-lightness); paper B does not define its CAMSR, and CLAHE stands for it"
      ),
      .init(
        "clip", \.clip, in: 0.1...100,
        "clahe and clahe-lightness: clip limit, relative to the mean of a tile's histogram"),
      .init("tiles", \.tiles, in: 1...64, "clahe and clahe-lightness: tiles per side"),
      .init("cut", \.cut, in: 0...0.49, "stretch: share of values clipped at either end"),
      .init(
        "background", \.background,
        "what is shown around the cell: what was photographed, or black or white outside the cell by ranges of HSV (hue-range, saturation-range, value-range), applied last; with mask none, outside all large cells of the image; a crop without such a cell is kept, and marked in crops.csv"
      ),
      .init(
        "sheet", \.sheet, in: 0...200,
        "number of samples on the contact sheet, before and after; 0 for none"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      for (name, range) in [
        ("hue-range", hueRange), ("saturation-range", saturationRange),
        ("value-range", valueRange),
      ] {
        if range.count != 2 {
          conflicts.append("'\(name)' takes two numbers, not \(range.count)")
        } else if name != "hue-range", range[0] > range[1] {
          conflicts.append("'\(name)' ends before it begins")
        }
      }
      if stainTarget == nil, stain != .none {
        conflicts.append(
          "'stain' \(stain.rawValue) needs 'stain-target', an image with the desired colours")
      }
      if stainTarget != nil, stain == .none {
        conflicts.append("'stain-target' is set, but 'stain' is 'none'")
      }
      if window != nil, !square {
        conflicts.append("'window' is a square, but 'square' is false")
      }
      if cells == .all, mask == .none {
        conflicts.append("'cells' is all, but 'mask' none finds no cells")
      }
      return conflicts
    }
  }
}
