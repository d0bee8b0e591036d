internal import Foundation

/// Measurements of an image that tell how it was taken, rather than what it shows.
public struct ImageTraits: Sendable, Hashable {
  /// Mean luma, in 0...255.
  public let brightness: Float
  /// Mean red, green and blue of the brightest fiftieth: the light of the field, hardly the cells.
  public let light: [Float]
  /// Standard deviation of luma.
  public let contrast: Float
  /// Variance of the Laplacian of luma with four neighbours: small in a blurred image.
  ///
  /// Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy".
  public let sharpness: Float
  /// Mean absolute difference of horizontal and vertical neighbours in luma: what an encoder has to
  /// store.
  public let detail: Float
  /// The frame along the border, `borderCount` numbers.
  ///
  /// For each of eight parts, clockwise from the upper left corner: mean red, green and blue minus
  /// those of the whole frame. Then the frame's mean colour minus that of the surroundings inside
  /// it. Cells are left out, and what is not there counts as 0.
  public let border: [Float]
  /// The smallest and the largest luma in the frame.
  public let extremes: [Float]
  /// The surroundings of the cells, `surroundingsCount` numbers; `nil` without any, as around cells
  /// that are cut out on black.
  ///
  /// Mean red, green and blue of the brightest quarter, and the shares of red and green in the
  /// optical density of stained pixels; NaN without such pixels.
  public let surroundings: [Float]?
  /// The signature of the largest cell, if there is one.
  public let signature: CellSignature?

  /// The length of `border`.
  public static let borderCount = 27
  /// The length of `surroundings`.
  public static let surroundingsCount = 5

  /// A larger image is shrunk to this edge before its colours are measured and its cells are found.
  private static let edge = 160
  /// The frame's width and the corners' length, as shares of the shorter and of each edge.
  private static let (frame, corner) = (1.0 / 16, 0.25)

  /// Measures an image of three channels.
  public init(_ image: Image) {
    let grey = image.grey
    (brightness, contrast) = Self.tone(grey)
    light = Self.light(image, grey)
    (sharpness, detail) = Self.texture(grey)
    extremes = Self.extremes(grey)
    let longer = max(image.width, image.height)
    let small =
      longer > Self.edge
      ? image.resized(
        width: max(1, image.width * Self.edge / longer),
        height: max(1, image.height * Self.edge / longer), by: .area) : image
    let cells = WhiteCells(in: small, atLeast: 0.001 * Double(small.width * small.height))
    signature = CellSignature(small, cells)
    let ground = Surroundings(small, cells.covered)
    border = Self.border(small, ground)
    surroundings = ground.colours(small)
  }

  private static func tone(_ grey: Image) -> (Float, Float) {
    var (sum, squares) = (0, 0)
    for sample in grey.pixels {
      sum += Int(sample)
      squares += Int(sample) * Int(sample)
    }
    let count = Double(grey.pixels.count)
    let mean = Double(sum) / count
    return (Float(mean), Float(max(0, Double(squares) / count - mean * mean).squareRoot()))
  }

  private static func light(_ image: Image, _ grey: Image) -> [Float] {
    let counts = grey.histogram
    var (level, above) = (255, counts[255])
    while 50 * above < grey.pixels.count, level > 0 {
      level -= 1
      above += counts[level]
    }
    var sums = [0, 0, 0]
    for (pixel, value) in grey.pixels.enumerated() where Int(value) >= level {
      for channel in 0..<3 { sums[channel] += Int(image.pixels[3 * pixel + channel]) }
    }
    return sums.map { Float(Double($0) / Double(above)) }
  }

  /// The variance of the Laplacian and the mean absolute difference of neighbours.
  private static func texture(_ grey: Image) -> (Float, Float) {
    let (width, height) = (grey.width, grey.height)
    guard width > 2, height > 2 else { return (0, 0) }
    var (sum, squares, steps) = (0, 0, 0)
    grey.pixels.withUnsafeBufferPointer { from in
      for y in 1..<height - 1 {
        for at in y * width + 1..<(y + 1) * width - 1 {
          let middle = Int(from[at])
          let (right, below) = (Int(from[at + 1]), Int(from[at + width]))
          let value = Int(from[at - 1]) + right + Int(from[at - width]) + below - 4 * middle
          sum += value
          squares += value * value
          steps += abs(right - middle) + abs(below - middle)
        }
      }
    }
    let count = Double((width - 2) * (height - 2))
    let mean = Double(sum) / count
    return (Float(Double(squares) / count - mean * mean), Float(Double(steps) / (2 * count)))
  }

  /// The width of the frame of an image in pixels.
  private static func thickness(_ width: Int, _ height: Int) -> Int {
    max(1, Int((Double(min(width, height)) * frame).rounded()))
  }

  private static func extremes(_ grey: Image) -> [Float] {
    let thick = thickness(grey.width, grey.height)
    var (least, most) = (UInt8.max, UInt8.min)
    for y in 0..<grey.height {
      let isInside = y >= thick && y < grey.height - thick
      for x in 0..<grey.width {
        if isInside, x >= thick, x < grey.width - thick { continue }
        let value = grey.pixels[y * grey.width + x]
        (least, most) = (min(least, value), max(most, value))
      }
    }
    return [Float(least), Float(most)]
  }

  private static func border(_ image: Image, _ ground: Surroundings) -> [Float] {
    let (width, height) = (image.width, image.height)
    let thick = thickness(width, height)
    let across = max(thick, Int(Double(width) * corner))
    let down = max(thick, Int(Double(height) * corner))
    // Eight parts, and the surroundings inside the frame.
    var sums = [Double](repeating: 0, count: 9 * 3)
    var counts = [Double](repeating: 0, count: 9)
    for y in 0..<height {
      for x in 0..<width where ground.isGround[y * width + x] {
        let part = part(x, y, width, height, thick, across, down)
        counts[part] += 1
        for channel in 0..<3 {
          sums[3 * part + channel] += Double(image.pixels[3 * (y * width + x) + channel])
        }
      }
    }
    let framed = counts[..<8].reduce(0, +)
    guard framed > 0 else { return [Float](repeating: 0, count: borderCount) }
    let mean = (0..<3).map { channel in
      (0..<8).reduce(0.0) { $0 + sums[3 * $1 + channel] } / framed
    }
    var out: [Float] = []
    for part in 0..<8 {
      for channel in 0..<3 {
        out.append(
          counts[part] > 0 ? Float(sums[3 * part + channel] / counts[part] - mean[channel]) : 0)
      }
    }
    for channel in 0..<3 {
      out.append(counts[8] > 0 ? Float(mean[channel] - sums[24 + channel] / counts[8]) : 0)
    }
    return out
  }

  /// The part of the frame at a pixel, clockwise from the upper left corner; 8 inside it.
  private static func part(
    _ x: Int, _ y: Int, _ width: Int, _ height: Int, _ thick: Int, _ across: Int, _ down: Int
  ) -> Int {
    let column = x < across ? 0 : x >= width - across ? 2 : 1
    let row = y < down ? 0 : y >= height - down ? 2 : 1
    let isFrame = x < thick || y < thick || x >= width - thick || y >= height - thick
    guard isFrame, column != 1 || row != 1 else { return 8 }
    return [0, 1, 2, 7, 8, 3, 6, 5, 4][3 * row + column]
  }
}

/// The pixels of an image outside its cells.
private struct Surroundings {
  /// Whether a pixel is well outside all cells, and not black.
  let isGround: [Bool]

  /// The distance from a cell, as a share of the longer edge of the image.
  private static let margin = 0.05
  /// The smallest share of the image that counts as surroundings.
  private static let least = 0.02
  /// The smallest optical density, over three channels, of a stained pixel.
  private static let stained: Float = 0.3

  /// `covered` are the pixels of cells.
  init(_ image: Image, _ covered: [Bool]) {
    let (width, height) = (image.width, image.height)
    let isBlack = Ground.isBlack(image)
    let reach = max(1, Int((Double(max(width, height)) * Self.margin).rounded()))
    var rows = [Bool](repeating: false, count: covered.count)
    for y in 0..<height {
      for x in 0..<width where covered[y * width + x] {
        for other in max(0, x - reach)...min(width - 1, x + reach) {
          rows[y * width + other] = true
        }
      }
    }
    var isGround = isBlack.map { !$0 }
    for y in 0..<height {
      for x in 0..<width where rows[y * width + x] {
        for other in max(0, y - reach)...min(height - 1, y + reach) {
          isGround[other * width + x] = false
        }
      }
    }
    self.isGround = isGround
  }

  /// The colours as `ImageTraits.surroundings` describes them.
  func colours(_ image: Image) -> [Float]? {
    let ground = isGround.indices.filter { isGround[$0] }
    guard Double(ground.count) >= Self.least * Double(isGround.count), ground.count >= 8 else {
      return nil
    }
    let grey = image.grey.pixels
    var counts = [Int](repeating: 0, count: 256)
    for pixel in ground { counts[Int(grey[pixel])] += 1 }
    var (level, above) = (255, counts[255])
    while 4 * above < ground.count, level > 0 {
      level -= 1
      above += counts[level]
    }
    var bright = [0.0, 0.0, 0.0]
    var (density, stained) = ([0.0, 0.0, 0.0], 0)
    for pixel in ground {
      if Int(grey[pixel]) >= level {
        for channel in 0..<3 { bright[channel] += Double(image.pixels[3 * pixel + channel]) }
      }
      let own = (0..<3).map { Self.density[Int(image.pixels[3 * pixel + $0])] }
      guard own[0] + own[1] + own[2] >= Self.stained else { continue }
      for channel in 0..<3 { density[channel] += Double(own[channel]) }
      stained += 1
    }
    let total = density.reduce(0, +)
    let shares = (0..<2).map { Float(stained >= 8 ? density[$0] / total : .nan) }
    return bright.map { Float($0 / Double(above)) } + shares
  }

  /// The optical density of each sample, decimal.
  private static let density: [Float] = (0...255).map { -Float(log10(Double($0 + 1) / 256)) }
}
