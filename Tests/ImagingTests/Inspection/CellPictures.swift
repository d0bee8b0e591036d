import Imaging

/// A drawn cell: an elongated violet nucleus with a pattern, in pale cytoplasm among red spots.
enum CellPictures {
  static func cell(
    edge: Int = 160, pattern: Int = 1, violet: UInt8 = 90, ground: [UInt8] = [230, 215, 225],
    spots: Bool = true
  ) -> Image {
    var image = Image(width: edge, height: edge)
    let scale = 160 / Double(edge)
    for y in 0..<edge {
      for x in 0..<edge {
        let (u, v) = (Double(x) * scale - 80, Double(y) * scale - 80)
        var colour = ground
        let spot = (Int(u + 400) / 32 + Int(v + 400) / 32) % 4 == 0
        if spots, spot, max(abs(u), abs(v)) > 56 { colour = [210, 140, 150] }
        if u * u + v * v < 48 * 48 { colour = [200, 180, 220] }
        if u * u / (36 * 36) + v * v / (22 * 22) < 1 {
          let place = (Int(u + 200) / 7) * (pattern * 5 + 3) + (Int(v + 200) / 7) * (pattern + 11)
          colour = [violet, 30, UInt8(place * place % 7 < 3 ? 190 : 130)]
        }
        for channel in 0..<3 { image[x, y, channel] = colour[channel] }
      }
    }
    return image
  }
}
