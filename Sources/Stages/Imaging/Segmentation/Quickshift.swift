internal import Foundation

/// Super-pixels by quick shift: each pixel moves to its nearest neighbour of higher density.
///
/// After Vedaldi and Soatto 2008, "Quick shift and kernel methods for mode seeking", ECCV,
/// equations 2 and 6, as in scikit-image's `quickshift`; the defaults are those of the package
/// `lime`.
public enum Quickshift {
  /// A label in `0..<k` for each pixel, row by row, in the order of the modes in the image.
  ///
  /// Density is a sum of Gaussians of width `kernelSize` (at least 1) over CIELAB times `ratio`
  /// (in 0...1) and position in pixels, within three widths. Pixels without a denser one there, or
  /// with none nearer than `maxDistance`, are modes; a larger `kernelSize` gives fewer modes.
  ///
  /// Of equally dense pixels the first counts as denser, whereas scikit-image adds noise: the
  /// result is deterministic.
  ///
  /// - Precondition: `kernelSize` is at least 1 and `ratio` and `maxDistance` are not negative.
  public static func segment(
    _ image: Image, kernelSize: Double = 4, maxDistance: Double = 200, ratio: Double = 0.2
  ) -> [Int32] {
    precondition(kernelSize >= 1 && ratio >= 0 && maxDistance >= 0)
    let field = DensityField(image, kernelSize: kernelSize, ratio: ratio)
    var parents = field.densities.withUnsafeBufferPointer { densities in
      field.densities.indices.map { pixel in
        field.parent(of: pixel, densities, within: maxDistance * maxDistance)
      }
    }
    // Every parent is denser than its child, so every path ends at a mode.
    for pixel in parents.indices {
      var root = pixel
      while parents[root] != root { root = parents[root] }
      var next = pixel
      while parents[next] != root { (next, parents[next]) = (parents[next], root) }
    }
    var labels = [Int32](repeating: -1, count: parents.count)
    var count: Int32 = 0
    for pixel in parents.indices where parents[pixel] == pixel {
      labels[pixel] = count
      count += 1
    }
    return parents.map { labels[$0] }
  }
}

/// Pixels as points in colour and position, and the density at each.
private struct DensityField {
  /// The density at each pixel.
  private(set) var densities: [Double] = []
  private let (width, height): (Int, Int)
  /// CIELAB times the ratio, three numbers per pixel.
  private let colours: [Double]
  /// The extent of a pixel's neighbourhood to each side, in pixels.
  private let reach: Int

  init(_ image: Image, kernelSize: Double, ratio: Double) {
    (width, height) = (image.width, image.height)
    colours = LabColours.convert(image).map { Double($0) * ratio }
    reach = Int((3 * kernelSize).rounded(.up))
    let factor = -0.5 / (kernelSize * kernelSize)
    densities = colours.withUnsafeBufferPointer { colours in
      (0..<width * height).map { pixel in
        var density = 0.0
        forEachNeighbour(of: pixel, colours) { _, squared in density += exp(squared * factor) }
        return density
      }
    }
  }

  /// The nearest pixel of higher density, or the pixel itself if none is within the limit.
  func parent(
    of pixel: Int, _ densities: UnsafeBufferPointer<Double>, within limit: Double
  ) -> Int {
    var (closest, parent) = (Double.infinity, pixel)
    let density = densities[pixel]
    colours.withUnsafeBufferPointer { colours in
      forEachNeighbour(of: pixel, colours) { other, squared in
        guard squared < closest,
          densities[other] > density || (densities[other] == density && other < pixel)
        else { return }
        (closest, parent) = (squared, other)
      }
    }
    return closest <= limit ? parent : pixel
  }

  /// Calls `body` with each pixel in the neighbourhood, in reading order, and its squared distance.
  @inline(__always)
  private func forEachNeighbour(
    of pixel: Int, _ colours: UnsafeBufferPointer<Double>, _ body: (Int, Double) -> Void
  ) {
    let (x, y) = (pixel % width, pixel / width)
    for row in max(y - reach, 0)...min(y + reach, height - 1) {
      for column in max(x - reach, 0)...min(x + reach, width - 1) {
        let other = row * width + column
        var squared = 0.0
        for channel in 0..<3 {
          let change = colours[3 * pixel + channel] - colours[3 * other + channel]
          squared += change * change
        }
        let (down, across) = (Double(row - y), Double(column - x))
        body(other, squared + down * down + across * across)
      }
    }
  }
}
