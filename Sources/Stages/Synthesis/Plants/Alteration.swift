internal import Imaging

/// A change of a finished image, with its masks.
enum Alteration: Sendable, Hashable {
  /// Shown in another orientation.
  case turned(Orientation)
  /// Light multiplied by a factor.
  case lit(Float)
  /// A square of a share of the edges, enlarged to the size of the image; `x` and `y` in 0...1
  /// place it between the left and right, and the upper and lower border.
  case cut(x: Float, y: Float, share: Float)
  /// Edges multiplied by a factor.
  case resized(Float)
  /// A dark bar in the lower right corner.
  case scaleBar
  /// Corners at about half of the light.
  case vignette
  /// Out of focus.
  case blurred
  /// An even area of the image's lightest colour.
  case blank
  /// The middle third, over the whole height.
  case strip
  /// Red and blue swapped.
  case falseColour

  /// The specimen after the change.
  func applied(to cell: Specimen) -> Specimen {
    switch self {
    case .turned(let orientation): return cell.turned(orientation)
    case .lit(let factor): return cell.with(cell.image.mapped { _, _, value in value * factor })
    case .cut(let x, let y, let share): return cell.cut(x: x, y: y, share: share)
    case .resized(let factor):
      return cell.resized(
        width: Int((Float(cell.image.width) * factor).rounded()),
        height: Int((Float(cell.image.height) * factor).rounded()))
    case .scaleBar: return cell.with(cell.image.withScaleBar)
    case .vignette: return cell.with(cell.image.withVignette)
    case .blurred:
      return cell.with(cell.image.gaussianFiltered(deviation: Double(cell.image.width) / 30))
    case .blank: return cell.emptied
    case .strip:
      let width = cell.image.width / 3
      return cell.cropped(
        to: Rectangle(
          x: (cell.image.width - width) / 2, y: 0, width: width, height: cell.image.height))
    case .falseColour: return cell.with(cell.image.withSwappedColours)
    }
  }
}

extension Specimen {
  /// The same cell in another picture of it, of the same size.
  fileprivate func with(_ image: Image) -> Specimen {
    Specimen(image: image, nucleus: nucleus, cell: cell, kind: kind)
  }

  fileprivate func cropped(to part: Rectangle) -> Specimen {
    Specimen(
      image: image.cropped(to: part), nucleus: nucleus.cropped(to: part),
      cell: cell.cropped(to: part), kind: kind)
  }

  fileprivate func cut(x: Float, y: Float, share: Float) -> Specimen {
    func part(_ edge: Int) -> Int { max(1, Int((Float(edge) * share).rounded())) }
    let (width, height) = (part(image.width), part(image.height))
    return cropped(
      to: Rectangle(
        x: Int(Float(image.width - width) * x), y: Int(Float(image.height - height) * y),
        width: width, height: height)
    ).resized(width: image.width, height: image.height)
  }

  fileprivate func resized(width: Int, height: Int) -> Specimen {
    func mask(_ mask: Image) -> Image {
      var mask = mask.resized(width: width, height: height)
      for index in mask.pixels.indices { mask.pixels[index] = mask.pixels[index] < 128 ? 0 : 255 }
      return mask
    }
    return Specimen(
      image: image.resized(width: width, height: height), nucleus: mask(nucleus),
      cell: mask(cell), kind: kind)
  }

  /// The glass without anything on it.
  fileprivate var emptied: Specimen {
    let lightest = (0..<3).map { channel in
      stride(from: channel, to: image.pixels.count, by: 3).reduce(UInt8(0)) {
        max($0, image.pixels[$1])
      }
    }
    let nothing = Image(width: image.width, height: image.height, channels: 1)
    var blank = image
    for index in blank.pixels.indices { blank.pixels[index] = lightest[index % 3] }
    return Specimen(image: blank, nucleus: nothing, cell: nothing, kind: kind)
  }
}

extension Image {
  /// The image with each sample replaced by a function of its column, row and value.
  fileprivate func mapped(_ change: (_ x: Int, _ y: Int, _ value: Float) -> Float) -> Image {
    var image = self
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels {
          let value = change(x, y, Float(self[x, y, channel]))
          image[x, y, channel] = UInt8(min(max(value, 0), 255) + 0.5)
        }
      }
    }
    return image
  }

  /// A bar as long as a fifth of the width, at a twentieth of the edge from the corner.
  fileprivate var withScaleBar: Image {
    let (right, low) = (width - width / 20 - 1, height - height / 20 - 1)
    let (left, high) = (right - width / 5, low - max(1, height / 40))
    return mapped { x, y, value in
      (left...right).contains(x) && (high...low).contains(y) ? 20 : value
    }
  }

  /// Light that falls with the fourth power of the distance from the centre.
  fileprivate var withVignette: Image {
    let (middleX, middleY) = (Float(width) / 2, Float(height) / 2)
    return mapped { x, y, value in
      let (u, v) = ((Float(x) + 0.5) / middleX - 1, (Float(y) + 0.5) / middleY - 1)
      let distance = (u * u + v * v) / 2
      return value * (1 - 0.5 * distance * distance)
    }
  }

  /// Red where blue was, and the other way round.
  var withSwappedColours: Image {
    var image = self
    for index in stride(from: 0, to: pixels.count, by: 3) { image.pixels.swapAt(index, index + 2) }
    return image
  }
}
