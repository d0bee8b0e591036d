internal import Imaging
internal import PipelineDSL

extension SegmentNucleus {
  struct Parameters: StageParameters {
    var method = Method.lab
    var hueRange = [230.0, 330.0]
    var saturationRange = [0.2, 1.0]
    var valueRange = [0.0, 1.0]
    var minimumArea = 0.005
    var reach = 0.5
    var separate = false
    var truth: Location?
    var sheet = 24

    static var fields: [ParameterField<Self>] {
      [
        ParameterField(
          "method", \.method,
          "pixels of nuclei: the upper of three Otsu classes of a* minus b* of CIE L*a*b* (lab) or of blue minus red (otsu), or the more saturated of two classes in ranges of HSV (hsv)"
        ),
        ParameterField(
          "hue-range", \.hueRange, in: 0...360,
          "hsv: range of hue of nucleus and cytoplasm in degrees; if the end is smaller, the range passes through 360"
        ),
        ParameterField(
          "saturation-range", \.saturationRange, in: 0...1,
          "hsv: range of saturation of nucleus and cytoplasm"),
        ParameterField(
          "value-range", \.valueRange, in: 0...1, "hsv: range of value of nucleus and cytoplasm"),
        ParameterField(
          "minimum-area", \.minimumArea, in: 0...1,
          "minimum area of a nucleus, as a share of the crop"),
        ParameterField(
          "reach", \.reach, in: 0...5,
          "how far the cytoplasm reaches from a nucleus, in sides of a square of the nucleus' area"
        ),
        ParameterField(
          "separate", \.separate,
          "divide nuclei that touch, by the watershed of their distance to the outside; lobes of one nucleus may be divided, too"
        ),
        ParameterField(
          "truth", \.truth,
          "folder of true nucleus masks for the metrics: masks.csv (id, path) and PNGs of the size of the originals"
        ),
        ParameterField(
          "sheet", \.sheet, in: 0...200, "number of crops on the contact sheet; 0 for none"),
      ]
    }

    /// The segmentation with these parameters.
    var segmentation: CellSegmentation {
      var segmentation = CellSegmentation()
      segmentation.method = method.segmentation
      segmentation.ranges = (
        hue: (from: hueRange[0], to: hueRange[1]),
        saturation: saturationRange[0]...saturationRange[1],
        value: valueRange[0]...valueRange[1]
      )
      segmentation.minimumArea = minimumArea
      segmentation.reach = reach
      segmentation.separates = separate
      return segmentation
    }

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
      return conflicts
    }
  }
}
