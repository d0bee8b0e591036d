internal import CTurboJPEG

/// Baseline and progressive JPEG by TurboJPEG, with the accurate inverse transform.
public enum JPEGCodec {
  /// The image of a JPEG file, three channels.
  ///
  /// A file that ends early or has damaged entropy-coded data is refused, where many viewers fill
  /// the rest with grey.
  public static func decode(_ bytes: [UInt8]) throws(ImageProblem) -> Image {
    try withDecompressor { (handle) throws(ImageProblem) in
      let (width, height) = try readHeader(bytes, handle)
      var pixels = [UInt8](repeating: 0, count: width * height * 3)
      // LIMITSCANS: a progressive file of thousands of empty scans would keep a core for hours.
      let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
      let status = tjDecompress2(
        handle, bytes, UInt(bytes.count), &pixels, CInt(width), CInt(width * 3), CInt(height),
        CInt(TJPF_RGB.rawValue), flags)
      guard status == 0 else { throw problem("decoded", handle) }
      return Image(width: width, height: height, pixels: pixels)
    }
  }

  /// The size a JPEG's header declares.
  public static func size(_ bytes: [UInt8]) throws(ImageProblem) -> (width: Int, height: Int) {
    try withDecompressor { (handle) throws(ImageProblem) in try readHeader(bytes, handle) }
  }

  /// A baseline JPEG: `quality` in 1...100, colour at half resolution as cameras store it.
  public static func encode(_ image: Image, quality: Int = 92) throws(ImageProblem) -> [UInt8] {
    guard let handle = tjInitCompress() else { throw ImageProblem("TurboJPEG could not start") }
    defer { tjDestroy(handle) }
    guard max(image.width, image.height) <= 65_500 else {
      throw ImageProblem("an image of \(image.width) x \(image.height) is too large for JPEG")
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
    _ body: (tjhandle) throws(ImageProblem) -> Result
  ) throws(ImageProblem) -> Result {
    guard let handle = tjInitDecompress() else { throw ImageProblem("TurboJPEG could not start") }
    defer { tjDestroy(handle) }
    return try body(handle)
  }

  private static func readHeader(
    _ bytes: [UInt8], _ handle: tjhandle
  ) throws(ImageProblem) -> (width: Int, height: Int) {
    var (width, height, sampling, colour): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
    let status = tjDecompressHeader3(
      handle, bytes, UInt(bytes.count), &width, &height, &sampling, &colour)
    guard status == 0 else { throw problem("read", handle) }
    guard colour != CInt(TJCS_CMYK.rawValue), colour != CInt(TJCS_YCCK.rawValue) else {
      throw ImageProblem("the JPEG has four print colours (CMYK); save it as RGB")
    }
    // A block of 64 pixels takes at least one bit.
    try ImageCodec.check(
      "JPEG", width: Int(width), height: Int(height), bytes: bytes.count, pixelsPerByte: 1024)
    return (Int(width), Int(height))
  }

  private static func problem(_ deed: String, _ handle: tjhandle) -> ImageProblem {
    let text = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no reason given"
    return ImageProblem("the JPEG cannot be \(deed): \(text)")
  }
}
