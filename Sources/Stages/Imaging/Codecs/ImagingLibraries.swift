internal import CPNG
internal import CZlib

/// The libraries behind the codecs: what they decode to, and encode, may change with their version.
public enum ImagingLibraries {
  /// Each library's version by its name: `libjpeg-turbo`, `libpng`, `libtiff`, `zlib`.
  ///
  /// TurboJPEG 2 cannot be asked for its version, so it is named by what it does: the CRC-32 of a
  /// fixed picture encoded, and of that decoded. Libraries that work alike are named alike.
  public static var versions: [String: String] {
    [
      "libjpeg-turbo": jpegFingerprint,
      "libpng": String(cString: cpng_version()),
      "libtiff": TIFFFile.version,
      "zlib": String(cString: zlibVersion()),
    ]
  }

  private static var jpegFingerprint: String {
    let (width, height) = (61, 47)
    let samples = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 97 + $0) }
    let picture = Image(width: width, height: height, pixels: samples)
    do {
      let encoded = try JPEGCodec.encode(picture)
      let decoded = try JPEGCodec.decode(encoded).pixels
      return "codec " + Deflate.hexadecimal(Deflate.checksum(encoded))
        + Deflate.hexadecimal(Deflate.checksum(decoded))
    } catch {
      return "unusable: \(error)"
    }
  }
}
