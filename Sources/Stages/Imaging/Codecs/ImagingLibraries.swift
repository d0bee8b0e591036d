internal import Archives
internal import CPNG

/// The libraries used by the codecs; decoded and encoded bytes may change with their versions.
public enum ImagingLibraries {
  /// The version of each library by name: `libjpeg-turbo`, `libpng`, `libtiff`, `zlib`.
  ///
  /// TurboJPEG 2 does not report its version, so it is identified by its output: the CRC-32 of a
  /// fixed image after encoding, and after decoding that again.
  public static var versions: [String: String] {
    [
      "libjpeg-turbo": jpegFingerprint,
      "libpng": String(cString: cpng_version()),
      "libtiff": TIFFFile.version,
      "zlib": Deflate.libraryVersion,
    ]
  }

  private static var jpegFingerprint: String {
    let (width, height) = (61, 47)
    let samples = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 97 + $0) }
    let picture = Image(width: width, height: height, pixels: samples)
    do {
      let encoded = try JPEGCodec.encode(picture)
      let decoded = try JPEGCodec.decode(encoded).pixels
      return "codec " + hexadecimal(Deflate.checksum(encoded[...]))
        + hexadecimal(Deflate.checksum(decoded[...]))
    } catch {
      return "unusable: \(error)"
    }
  }

  /// A checksum as eight hexadecimal digits.
  private static func hexadecimal(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
