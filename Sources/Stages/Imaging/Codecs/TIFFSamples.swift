/// Assembles an image from the strips or tiles of a TIFF, one at a time.
struct TIFFSamples {
  private let file: TIFFFile
  private let layout: TIFFLayout

  init(_ file: TIFFFile, _ layout: TIFFLayout) { (self.file, self.layout) = (file, layout) }

  /// Samples kept per pixel: the colours, and alpha if the colours are premultiplied.
  private var kept: Int {
    switch layout.colours {
    case .rgb: layout.hasAssociatedAlpha && layout.samples > 3 ? 4 : 3
    case .cmyk: 4
    case .whiteIsZero, .blackIsZero, .palette: 1
    }
  }

  /// The image in stored row order, with three channels.
  func image() throws(ImageError) -> Image {
    let (width, height, kept) = (layout.width, layout.height, kept)
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    let across = (width + layout.chunk.width - 1) / layout.chunk.width
    let down = (height + layout.chunk.height - 1) / layout.chunk.height
    var buffers = [[UInt8]](
      repeating: [UInt8](repeating: 0, count: file.chunkBytes), count: layout.isPlanar ? kept : 1)
    let row = file.chunkRowBytes
    for chunk in 0..<across * down {
      let (top, left) = (chunk / across * layout.chunk.height, chunk % across * layout.chunk.width)
      let rows = min(layout.chunk.height, height - top)
      let columns = min(layout.chunk.width, width - left)
      for plane in buffers.indices {
        try file.read(
          chunk + plane * across * down, into: &buffers[plane],
          wanted: row * (file.isTiled ? layout.chunk.height : rows))
      }
      for y in 0..<rows {
        for x in 0..<columns {
          let at = ((top + y) * width + left + x) * 3
          let colour = colour(buffers, row: y * row, x)
          (pixels[at], pixels[at + 1], pixels[at + 2]) = colour
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// The colour of column `x` in the row of decoded bytes that begins at offset `row`.
  @inline(__always)
  private func colour(_ buffers: [[UInt8]], row: Int, _ x: Int) -> (UInt8, UInt8, UInt8) {
    @inline(__always) func sample(_ channel: Int) -> Int {
      let place = layout.isPlanar ? x : x * layout.samples + channel
      return value(buffers[layout.isPlanar ? channel : 0], row: row, place)
    }
    switch layout.colours {
    case .blackIsZero:
      let grey = scaled(sample(0))
      return (grey, grey, grey)
    case .whiteIsZero:
      let grey = 255 - scaled(sample(0))
      return (grey, grey, grey)
    case .palette:
      let index = sample(0)
      return (entry(0, index), entry(1, index), entry(2, index))
    case .rgb where kept == 3: return (scaled(sample(0)), scaled(sample(1)), scaled(sample(2)))
    case .rgb:
      let alpha = sample(3)
      return (plain(sample(0), alpha), plain(sample(1), alpha), plain(sample(2), alpha))
    case .cmyk:
      let light = 255 - Int(scaled(sample(3)))
      func mixed(_ ink: Int) -> UInt8 { UInt8(((255 - Int(scaled(ink))) * light + 127) / 255) }
      return (mixed(sample(0)), mixed(sample(1)), mixed(sample(2)))
    }
  }

  /// A sample of `bits` bits; libtiff returns 16-bit samples in native byte order.
  @inline(__always)
  private func value(_ bytes: [UInt8], row: Int, _ place: Int) -> Int {
    switch layout.bits {
    case 8: return Int(bytes[row + place])
    case 16:
      return bytes.withUnsafeBytes {
        Int($0.loadUnaligned(fromByteOffset: row + 2 * place, as: UInt16.self))
      }
    default:
      let perByte = 8 / layout.bits
      let shift = (perByte - 1 - place % perByte) * layout.bits
      return Int(bytes[row + place / perByte]) >> shift & (1 << layout.bits - 1)
    }
  }

  /// A sample scaled to 8 bits, rounded; 16-bit samples as in libpng.
  @inline(__always)
  private func scaled(_ sample: Int) -> UInt8 {
    switch layout.bits {
    case 8: UInt8(truncatingIfNeeded: sample)
    case 16: UInt8(truncatingIfNeeded: (sample * 255 + 32_895) >> 16)
    default: UInt8(truncatingIfNeeded: sample * 255 / (1 << layout.bits - 1))
    }
  }

  /// The colour sample before premultiplication by alpha.
  private func plain(_ sample: Int, _ alpha: Int) -> UInt8 {
    let most = 1 << layout.bits - 1
    return alpha == 0 ? 0 : scaled(min(most, (sample * most + alpha / 2) / alpha))
  }

  /// A palette entry as 8 bits.
  private func entry(_ channel: Int, _ index: Int) -> UInt8 {
    let value = layout.palette[channel][index]
    return layout.paletteIsNarrow ? UInt8(truncatingIfNeeded: value) : UInt8(value >> 8)
  }
}
