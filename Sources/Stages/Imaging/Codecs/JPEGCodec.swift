internal import CTurboJPEG

/// Baseline and progressive JPEG via TurboJPEG, with the accurate DCT.
public enum JPEGCodec {
  /// The image of a JPEG file, with three channels and its EXIF orientation applied.
  ///
  /// CMYK and YCCK are converted to RGB as light through three inks and black, without a profile. A
  /// file that ends early or has damaged entropy-coded data is rejected, whereas many viewers fill
  /// the rest with grey.
  public static func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
    try withDecompressor { (handle) throws(ImageError) in
      let (width, height, isPrint) = try readHeader(bytes, handle)
      let channels = isPrint ? 4 : 3
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      // LIMITSCANS: a progressive file of thousands of empty scans would occupy a core for hours.
      let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
      let status = tjDecompress2(
        handle, bytes, UInt(bytes.count), &pixels, CInt(width), CInt(width * channels),
        CInt(height), CInt((isPrint ? TJPF_CMYK : TJPF_RGB).rawValue), flags)
      guard status == 0 else { throw problem("decoded", handle) }
      if isPrint { pixels = mixed(pixels) }
      return Image(width: width, height: height, pixels: pixels)
        .oriented(EXIF.orientation(ofJPEG: bytes))
    }
  }

  /// Converts CMYK to RGB; the inks are stored inverted, as the light they let through.
  ///
  /// Adobe's programs write them inverted, and other decoders assume it for all such files.
  private static func mixed(_ inks: [UInt8]) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(inks.count / 4 * 3)
    for start in stride(from: 0, to: inks.count, by: 4) {
      let black = Int(inks[start + 3])
      for ink in 0..<3 { pixels.append(UInt8((Int(inks[start + ink]) * black + 127) / 255)) }
    }
    return pixels
  }

  /// The size of the image that `decode` returns, from the headers alone.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    let (width, height, _) = try withDecompressor { (handle) throws(ImageError) in
      try readHeader(bytes, handle)
    }
    return EXIF.orientation(ofJPEG: bytes).swapsAxes ? (height, width) : (width, height)
  }

  /// A baseline JPEG with `quality` in 1...100 and chroma at half resolution, as cameras store it.
  public static func encode(_ image: Image, quality: Int = 92) throws(ImageError) -> [UInt8] {
    guard let handle = tjInitCompress() else { throw ImageError("TurboJPEG could not start") }
    defer { tjDestroy(handle) }
    guard max(image.width, image.height) <= 65_500 else {
      throw ImageError("an image of \(image.width) x \(image.height) is too large for JPEG")
    }
    let colour = image.channels == 3
    let sampling = CInt((colour ? TJSAMP_420 : TJSAMP_GRAY).rawValue)
    let format = CInt((colour ? TJPF_RGB : TJPF_GRAY).rawValue)
    var size = tjBufSize(CInt(image.width), CInt(image.height), sampling)
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let status = bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return tjCompress2(
        handle, image.pixels, CInt(image.width), CInt(image.width * image.channels),
        CInt(image.height), format, &start, &size, sampling, CInt(min(max(quality, 1), 100)),
        TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
    }
    guard status == 0 else { throw problem("encoded", handle) }
    bytes.removeLast(bytes.count - Int(size))
    return bytes
  }

  private static func withDecompressor<Result>(
    _ body: (tjhandle) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    guard let handle = tjInitDecompress() else { throw ImageError("TurboJPEG could not start") }
    defer { tjDestroy(handle) }
    return try body(handle)
  }

  private static func readHeader(
    _ bytes: [UInt8], _ handle: tjhandle
  ) throws(ImageError) -> (width: Int, height: Int, isPrint: Bool) {
    var (width, height, sampling, colour): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
    let status = tjDecompressHeader3(
      handle, bytes, UInt(bytes.count), &width, &height, &sampling, &colour)
    guard status == 0 else { throw problem("read", handle) }
    // A block of 64 pixels takes at least one bit.
    try ImageCodec.check(
      "JPEG", width: Int(width), height: Int(height), bytes: bytes.count, pixelsPerByte: 1024)
    let isPrint = colour == CInt(TJCS_CMYK.rawValue) || colour == CInt(TJCS_YCCK.rawValue)
    return (Int(width), Int(height), isPrint)
  }

  private static func problem(_ deed: String, _ handle: tjhandle) -> ImageError {
    let text = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no reason given"
    return ImageError("the JPEG cannot be \(deed): \(text)")
  }
}
