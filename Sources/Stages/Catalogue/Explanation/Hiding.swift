internal import Imaging
internal import PipelineDSL

/// The colour of what LIME and occlusion hide.
enum Hiding: String, ParameterChoice {
  /// The mean colour: the super-pixel's own for LIME, the image's for occlusion.
  case mean
  /// Middle grey, 128 of 255.
  case grey
  /// Black, as with `hide_color=0` of the package `lime`.
  case black

  /// A plain image of the same size; `nil` for the mean colour, which is not the same everywhere.
  func plain(like image: Image) -> Image? {
    let level: UInt8
    switch self {
    case .mean: return nil
    case .grey: level = 128
    case .black: level = 0
    }
    return Image(
      width: image.width, height: image.height, channels: image.channels, filledWith: level)
  }
}
