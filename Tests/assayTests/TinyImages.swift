import Imaging
import PipelineDSL

/// Distinct stained discs of a few pixels: quick to decode and to learn.
enum TinyImages {
  /// The classes and the colour of their discs.
  static let classes: [(name: String, colour: (UInt8, UInt8, UInt8))] = [
    ("red", (200, 40, 60)), ("green", (40, 180, 60)), ("violet", (110, 50, 190)),
  ]

  /// One image; the same arguments give the same pixels.
  static func image(of kind: Int, number: Int, size: Int = 16) -> Image {
    var random = RandomStream(
      seed: 1, kind: "tiny", sample: "\(kind)/\(number)", purpose: "pixels")
    let colour = classes[kind].colour
    let radius = Double(size) * (0.25 + 0.15 * random.uniform())
    var pixels: [UInt8] = []
    for y in 0..<size {
      for x in 0..<size {
        let (dx, dy) = (Double(x) + 0.5 - Double(size) / 2, Double(y) + 0.5 - Double(size) / 2)
        let isInside = dx * dx + dy * dy < radius * radius
        for part in isInside ? [colour.0, colour.1, colour.2] : [235, 228, 232] {
          pixels.append(UInt8(clamping: Int(part) + Int(random.uniform() * 20) - 10))
        }
      }
    }
    return Image(width: size, height: size, pixels: pixels)
  }

  /// Writes one image as PNG.
  static func write(
    kind: Int, number: Int, size: Int = 16, to project: Project, at path: String
  ) throws {
    try project.write(PNGCodec.encode(image(of: kind, number: number, size: size)), to: path)
  }

  /// Writes `images/CLASS/N.png`.
  static func write(to project: Project, perClass: Int, size: Int = 16, classes: Int = 3) throws {
    for kind in 0..<classes {
      for number in 0..<perClass {
        try write(
          kind: kind, number: number, size: size, to: project,
          at: "images/\(Self.classes[kind].name)/\(number).png")
      }
    }
  }
}
