internal import Imaging

/// One drawn image with its ground truth.
struct Specimen: Sendable {
  /// RGB.
  let image: Image
  /// One channel: 255 on the nucleus (on a platelet: its granular centre), 0 elsewhere.
  let nucleus: Image
  /// One channel: 255 on the cell.
  let cell: Image
  let kind: CellKind
}

/// The frame in which a source shows its cells.
struct Frame: Sendable {
  var width: Int
  var height: Int
  /// Pixels per micrometre.
  var scale: Float
  /// Whether the source cuts its cells out and places them on black.
  var blackBackground = false
  /// Each pixel is the mean of a square with this many pixels per side.
  var reduction = 1
  /// The number of cells of the kind in the frame; one is near its centre.
  var crowd = 1
}

extension Specimen {
  /// Draws a cell of a kind.
  ///
  /// The cell's form and the surroundings come from separate streams: the surroundings, the light
  /// and the position of a cell are the same for every kind.
  static func drawn(
    _ kind: CellKind, frame: Frame, look: SlideLook, seed: UInt64, source: String, image: Int
  ) -> Specimen {
    func stream(_ purpose: String) -> CounterRandom {
      CounterRandom(seed: seed, source: source, image: image, purpose: purpose)
    }
    var canvas = Canvas(
      width: frame.width * frame.reduction, height: frame.height * frame.reduction,
      scale: frame.scale * Float(frame.reduction))
    var surroundings = stream("surroundings")
    let middle = middle(&surroundings)
    if !frame.blackBackground {
      SmearPainter(look: look).paint(on: &canvas, random: &surroundings)
    }
    var cell = stream("cell")
    var form = CellForm.drawn(kind, random: &cell)
    if frame.blackBackground {
      // A cut-out follows the segmentation's edge, not the membrane.
      form.roughness += 0.02
      form.frill += 0.008
    }
    CellPainter(form, x: middle.x, y: middle.y, random: cell).paint(on: &canvas)
    for number in 1..<max(1, frame.crowd) {
      var place = stream("crowd \(number)")
      let centre = bystander(in: frame, &place)
      CellPainter(CellForm.drawn(kind, random: &place), x: centre.x, y: centre.y, random: place)
        .paint(on: &canvas)
    }
    var camera = stream("camera")
    let picture = Microscope(look: look).image(
      of: canvas, blackBackground: frame.blackBackground, random: &camera)
    return Specimen(
      image: picture.reduced(by: frame.reduction),
      nucleus: mask(canvas.nucleus, canvas).reduced(by: frame.reduction).cut,
      cell: mask(canvas.cell, canvas).reduced(by: frame.reduction).cut, kind: kind)
  }

  /// The cell centres of a specimen in pixels from the upper left corner, the central one first.
  static func centres(
    in frame: Frame, seed: UInt64, source: String, image: Int
  ) -> [SIMD2<Float>] {
    func stream(_ purpose: String) -> CounterRandom {
      CounterRandom(seed: seed, source: source, image: image, purpose: purpose)
    }
    var surroundings = stream("surroundings")
    var centres = [middle(&surroundings)]
    for number in 1..<max(1, frame.crowd) {
      var place = stream("crowd \(number)")
      centres.append(bystander(in: frame, &place))
    }
    return centres.map { $0 * frame.scale + SIMD2(Float(frame.width), Float(frame.height)) / 2 }
  }

  /// The position of the cell near the centre, in micrometres from it.
  private static func middle(_ random: inout CounterRandom) -> SIMD2<Float> {
    let x = 0.7 * random.bell()
    return SIMD2(x, 0.7 * random.bell())
  }

  /// The position of another cell, anywhere in the frame, in micrometres from the centre.
  private static func bystander(in frame: Frame, _ random: inout CounterRandom) -> SIMD2<Float> {
    let reach = SIMD2(Float(frame.width), Float(frame.height)) / (2 * frame.scale)
    let x = random.uniform(-reach.x, reach.x)
    return SIMD2(x, random.uniform(-reach.y, reach.y))
  }

  /// The specimen in another orientation.
  func turned(_ orientation: Orientation) -> Specimen {
    guard orientation != .upright else { return self }
    return Specimen(
      image: image.oriented(orientation), nucleus: nucleus.oriented(orientation),
      cell: cell.oriented(orientation), kind: kind)
  }

  private static func mask(_ cover: [Float], _ canvas: Canvas) -> Image {
    Image(
      width: canvas.width, height: canvas.height, channels: 1,
      pixels: cover.map { UInt8($0 * 255) })
  }
}

extension Image {
  /// Means over squares with `factor` pixels per side.
  fileprivate func reduced(by factor: Int) -> Image {
    guard factor > 1 else { return self }
    let (columns, rows) = (width / factor, height / factor)
    var small = Image(width: columns, height: rows, channels: channels)
    for y in 0..<rows {
      for x in 0..<columns {
        for channel in 0..<channels {
          var sum = 0
          for dy in 0..<factor {
            for dx in 0..<factor {
              sum += Int(self[x * factor + dx, y * factor + dy, channel])
            }
          }
          small[x, y, channel] = UInt8((sum + factor * factor / 2) / (factor * factor))
        }
      }
    }
    return small
  }

  /// 255 where the value is at least 128 (or the maximum, so that the mask of a tiny platelet is
  /// not empty), else 0.
  fileprivate var cut: Image {
    let threshold = max(1, min(128, pixels.reduce(0, max)))
    return Image(
      width: width, height: height, channels: channels,
      pixels: pixels.map { $0 < threshold ? 0 : 255 })
  }
}
