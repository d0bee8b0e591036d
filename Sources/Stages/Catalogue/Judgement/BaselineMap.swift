internal import Foundation
internal import Imaging
internal import PipelineDSL

/// A map that no model has made, as a standard for the maps of explanations.
enum BaselineMap: String, ParameterChoice {
  /// An independent uniform number per pixel.
  case random
  /// The magnitude of the Sobel gradient of the grey image.
  case edges
  /// A Gaussian in the middle: what a crop around the cell gives away.
  case centre

  /// The map of an image; `draws` is used by `random` only.
  func map(of image: Image, draws: inout RandomStream) -> Saliency {
    switch self {
    case .random:
      Saliency(
        width: image.width, height: image.height,
        values: (0..<image.width * image.height).map { _ in Float(draws.uniform()) })
    case .edges: Self.edges(image)
    case .centre: Self.centre(width: image.width, height: image.height)
    }
  }

  /// The Sobel magnitude, with border pixels repeated, as SciPy's `sobel` with `mode="nearest"`.
  private static func edges(_ image: Image) -> Saliency {
    let grey = image.grey
    let (width, height) = (grey.width, grey.height)
    func level(_ x: Int, _ y: Int) -> Int {
      Int(grey.pixels[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)])
    }
    var values: [Float] = []
    values.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width {
        var (across, down) = (0, 0)
        for (step, weight) in [(-1, 1), (0, 2), (1, 1)] {
          across += weight * (level(x + 1, y + step) - level(x - 1, y + step))
          down += weight * (level(x + step, y + 1) - level(x + step, y - 1))
        }
        values.append(Float(Double(across * across + down * down).squareRoot()))
      }
    }
    return Saliency(width: width, height: height, values: values)
  }

  /// A Gaussian whose standard deviation along each edge is a quarter of the edge.
  private static func centre(width: Int, height: Int) -> Saliency {
    func squares(_ length: Int) -> [Double] {
      (0..<length).map { place in
        let distance = (Double(2 * place + 1) - Double(length)) / 2 / (Double(length) / 4)
        return distance * distance
      }
    }
    let columns = squares(width)
    return Saliency(
      width: width, height: height,
      values: squares(height).flatMap { row in columns.map { Float(exp(-(row + $0) / 2)) } })
  }
}
