extension Image {
  /// Luma after ITU-R BT.601, one channel: 0.299 R + 0.587 G + 0.114 B, rounded.
  ///
  /// In the 16-bit fixed point of Pillow's `convert("L")`. An image of one channel is its own.
  public var grey: Image {
    combined { red, green, blue in
      UInt8(truncatingIfNeeded: (19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16)
    }
  }

  /// Saturation as in HSV, one channel: (max - min) / max over the colours, in 0...255, rounded.
  ///
  /// Black has none, and so has an image of one channel. Stained cells stand out from the pale
  /// ground by it.
  public var saturation: Image {
    guard channels == 3 else { return Image(width: width, height: height, channels: 1) }
    return combined { red, green, blue in
      let most = max(red, max(green, blue))
      let range = most - min(red, min(green, blue))
      return most == 0 ? 0 : UInt8(truncatingIfNeeded: (range * 255 + most / 2) / most)
    }
  }

  private func combined(_ mix: (Int32, Int32, Int32) -> UInt8) -> Image {
    guard channels == 3 else { return self }
    var out = [UInt8](repeating: 0, count: width * height)
    pixels.withUnsafeBufferPointer { from in
      for at in out.indices {
        out[at] = mix(Int32(from[3 * at]), Int32(from[3 * at + 1]), Int32(from[3 * at + 2]))
      }
    }
    return Image(width: width, height: height, channels: 1, pixels: out)
  }
}
