extension Image {
  /// Luma according to ITU-R BT.601, one channel: 0.299 R + 0.587 G + 0.114 B, rounded.
  ///
  /// Computed in the 16-bit fixed point of Pillow's `convert("L")`. One channel stays as is.
  public var grey: Image {
    combined { red, green, blue in
      UInt8(truncatingIfNeeded: (19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16)
    }
  }

  /// Saturation as in HSV, one channel: (max - min) / max over the colours, in 0...255, rounded.
  ///
  /// It is 0 for black and for an image of one channel. It separates stained cells from the pale
  /// background.
  public var saturation: Image {
    guard channels == 3 else { return Image(width: width, height: height, channels: 1) }
    // First the maximum and the range of each pixel of a row, then their quotients: the compiler
    // vectorises both loops, but would not vectorise an integer division.
    var (most, range) = ([UInt8](repeating: 0, count: width), [UInt8](repeating: 0, count: width))
    let out = [UInt8](unsafeUninitializedCapacity: width * height) { out, count in
      count = width * height
      pixels.withUnsafeBufferPointer { from in
        most.withUnsafeMutableBufferPointer { most in
          range.withUnsafeMutableBufferPointer { range in
            guard let from = from.baseAddress, let out = out.baseAddress,
              let most = most.baseAddress, let range = range.baseAddress
            else { return }
            for y in 0..<height {
              Self.measure(from + 3 * y * width, width, most, range)
              Self.divide(range, by: most, width, into: out + y * width)
            }
          }
        }
      }
    }
    return Image(width: width, height: height, channels: 1, pixels: out)
  }

  @inline(__always)
  private static func measure(
    _ from: UnsafePointer<UInt8>, _ count: Int, _ most: UnsafeMutablePointer<UInt8>,
    _ range: UnsafeMutablePointer<UInt8>
  ) {
    for x in 0..<count {
      let (red, green, blue) = (from[3 * x], from[3 * x + 1], from[3 * x + 2])
      let greatest = max(red, max(green, blue))
      most[x] = greatest
      range[x] = greatest &- min(red, min(green, blue))
    }
  }

  /// (255 * range + most / 2) / most in integer arithmetic, eight at a time.
  ///
  /// The exact quotient is a whole number or at least 1/255 below the next one, so subtracting
  /// `down` and rounding to the nearest whole number always rounds down.
  @inline(__always)
  private static func divide(
    _ range: UnsafePointer<UInt8>, by most: UnsafePointer<UInt8>, _ count: Int,
    into out: UnsafeMutablePointer<UInt8>
  ) {
    let down: Float = 0.5 - 1 / 512
    // Adding it leaves the rounded number in the lowest bits.
    let shift: Float = 0x1.8p23
    for x in 0..<count {
      let whole = Int32(truncatingIfNeeded: most[x])
      let half = Float(whole &>> 1)
      let scaled = Float(Int32(truncatingIfNeeded: range[x])) * 255 + half
      let quotient = scaled / max(Float(whole), 1) - down + shift
      out[x] = UInt8(truncatingIfNeeded: quotient.bitPattern)
    }
  }

  @inline(__always)
  private func combined(_ mix: (Int32, Int32, Int32) -> UInt8) -> Image {
    guard channels == 3 else { return self }
    let out = [UInt8](unsafeUninitializedCapacity: width * height) { out, count in
      count = width * height
      pixels.withUnsafeBufferPointer { from in
        for at in 0..<count {
          out[at] = mix(Int32(from[3 * at]), Int32(from[3 * at + 1]), Int32(from[3 * at + 2]))
        }
      }
    }
    return Image(width: width, height: height, channels: 1, pixels: out)
  }
}
