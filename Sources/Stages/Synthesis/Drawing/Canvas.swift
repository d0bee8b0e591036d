/// The amounts of dye on the glass, one value per pixel.
struct Canvas: Sendable {
  /// Amounts of nuclear purple, cytoplasmic blue, eosin and haemoglobin.
  typealias Dyes = SIMD4<Float>

  let width: Int
  let height: Int
  /// Pixels per micrometre.
  let scale: Float
  /// Dyes, row by row.
  var dyes: [Dyes]
  /// The share of each pixel that the cell covers, 0...1.
  var cell: [Float]
  /// The share of each pixel that the nucleus covers, 0...1.
  var nucleus: [Float]

  init(width: Int, height: Int, scale: Float) {
    (self.width, self.height, self.scale) = (width, height, scale)
    dyes = [Dyes](repeating: .zero, count: width * height)
    cell = [Float](repeating: 0, count: width * height)
    nucleus = cell
  }

  /// Half the width of the canvas in micrometres.
  var halfWidth: Float { Float(width) / 2 / scale }
  /// Half the height of the canvas in micrometres.
  var halfHeight: Float { Float(height) / 2 / scale }

  /// Visits the pixels of a square around a point, with their index and their position in
  /// micrometres from the centre of the canvas.
  @inline(__always)
  mutating func visit(
    x: Float, y: Float, reach: Float,
    _ body: (_ canvas: inout Canvas, _ x: Float, _ y: Float, _ index: Int) -> Void
  ) {
    let (middleX, middleY) = (Float(width) / 2, Float(height) / 2)
    let left = max(0, Int((middleX + (x - reach) * scale).rounded(.down)))
    let right = min(width - 1, Int((middleX + (x + reach) * scale).rounded(.up)))
    let top = max(0, Int((middleY + (y - reach) * scale).rounded(.down)))
    let bottom = min(height - 1, Int((middleY + (y + reach) * scale).rounded(.up)))
    guard left <= right, top <= bottom else { return }
    let step = 1 / scale
    for row in top...bottom {
      let py = (Float(row) + 0.5 - middleY) * step
      for column in left...right {
        body(&self, (Float(column) + 0.5 - middleX) * step, py, row * width + column)
      }
    }
  }

  /// The share of a pixel inside an edge, from the depth of its centre in micrometres.
  @inline(__always)
  func coverage(_ depth: Float, softness: Float = 1) -> Float {
    Texture.ease(max(0, min(1, depth * scale / (2 * softness) + 0.5)))
  }

  /// The index of the pixel at a position, or nil outside the canvas.
  func index(x: Float, y: Float) -> Int? {
    let column = Int((Float(width) / 2 + x * scale).rounded(.down))
    let row = Int((Float(height) / 2 + y * scale).rounded(.down))
    guard (0..<width).contains(column), (0..<height).contains(row) else { return nil }
    return row * width + column
  }
}
