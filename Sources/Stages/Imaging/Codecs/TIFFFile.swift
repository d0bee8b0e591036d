internal import CTIFF
internal import Foundation

/// A TIFF that libtiff reads from memory, and the errors that libtiff reported.
///
/// No C name is visible outside this file. Error handlers are set per TIFF, so that threads do not
/// interfere.
final class TIFFFile {
  /// The state of libtiff's callbacks.
  private final class Source {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    var problems: [String] = []

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    static func of(_ handle: UnsafeMutableRawPointer) -> Source {
      Unmanaged<Source>.fromOpaque(handle).takeUnretainedValue()
    }
  }

  private let tiff: OpaquePointer
  private let source: Source

  private init(_ tiff: OpaquePointer, _ source: Source) {
    (self.tiff, self.source) = (tiff, source)
  }

  /// The maximum size of one allocation by libtiff: what deflate can pack into the file.
  ///
  /// A small file that declares many strips would otherwise make libtiff allocate room for them
  /// all.
  private static func mostMemory(_ length: Int) -> Int { min(48 << 20, 1 << 20 + 1032 * length) }

  /// Opens a file's bytes for as long as `body` runs.
  static func with<Result>(
    _ bytes: [UInt8], _ body: (TIFFFile) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    let outcome = bytes.withUnsafeBytes { raw -> Swift.Result<Result, ImageError> in
      let source = Source(raw)
      return withExtendedLifetime(source) {
        guard let tiff = open(source) else { return .failure(problem(source, "opened")) }
        defer { TIFFClose(tiff) }
        do throws(ImageError) { return .success(try body(TIFFFile(tiff, source))) } catch {
          return .failure(error)
        }
      }
    }
    return try outcome.get()
  }

  private static func open(_ source: Source) -> OpaquePointer? {
    let handle = Unmanaged.passUnretained(source).toOpaque()
    let options = TIFFOpenOptionsAlloc()
    defer { TIFFOpenOptionsFree(options) }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, tmsize_t(mostMemory(source.bytes.count)))
    TIFFOpenOptionsSetErrorHandlerExtR(
      options,
      { _, user, _, format, arguments in
        guard let user, let format, let arguments else { return 1 }
        var text = [CChar](repeating: 0, count: 512)
        vsnprintf(&text, text.count, format, arguments)
        let source = Source.of(user)
        // A damaged file can report one error per row.
        if source.problems.count < 8 {
          source.problems.append(
            String(
              decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return 1
      }, handle)
    TIFFOpenOptionsSetWarningHandlerExtR(options, { _, _, _, _, _ in 1 }, handle)
    return TIFFClientOpenExt(
      "TIFF", "rm", handle,
      { handle, target, count in
        guard let handle, let target, count > 0 else { return 0 }
        let source = Source.of(handle)
        let length = max(0, min(Int(count), source.bytes.count - source.position))
        if length > 0, let start = source.bytes.baseAddress {
          target.copyMemory(from: start + source.position, byteCount: length)
        }
        source.position += length
        return tmsize_t(length)
      }, { _, _, _ in 0 },
      { handle, offset, whence in
        guard let handle else { return .max }
        let source = Source.of(handle)
        let base = [SEEK_SET: 0, SEEK_CUR: source.position, SEEK_END: source.bytes.count]
        let (place, overflow) = (base[whence] ?? 0).addingReportingOverflow(
          Int(truncatingIfNeeded: offset))
        guard !overflow, place >= 0 else { return .max }
        source.position = min(place, source.bytes.count)
        return toff_t(place)
      }, { _ in 0 }, { handle in toff_t(handle.map { Source.of($0).bytes.count } ?? 0) },
      { _, _, _ in 0 }, { _, _, _ in }, options)
  }

  private static func problem(_ source: Source, _ deed: String) -> ImageError {
    let text = source.problems.first ?? "no reason given"
    return ImageError("the TIFF cannot be \(deed): \(text)")
  }

  /// The value of a tag with one 16-bit number, or its default; `nil` if there is neither.
  func short(_ tag: Tag) -> Int? {
    var value: UInt16 = 0
    return get(tag, &value) ? Int(value) : nil
  }

  /// The value of a tag with one 32-bit number, or its default; `nil` if there is neither.
  func long(_ tag: Tag) -> Int? {
    var value: UInt32 = 0
    return get(tag, &value) ? Int(value) : nil
  }

  /// The tags that are read.
  enum Tag: Int32 {
    case width = 256
    case height = 257
    case bits = 258
    case compression = 259
    case photometric = 262
    case orientation = 274
    case samples = 277
    case planar = 284
    case inkSet = 332
    case tileWidth = 322
    case tileHeight = 323
    case rowsPerStrip = 278
    case sampleFormat = 339
  }

  private func get<Value>(_ tag: Tag, _ value: inout Value) -> Bool {
    withUnsafeMutablePointer(to: &value) { pointer in
      withVaList([pointer]) { TIFFVGetFieldDefaulted(tiff, UInt32(tag.rawValue), $0) == 1 }
    }
  }

  /// Whether the first sample after the colours is alpha by which the colours are premultiplied.
  var hasAssociatedAlpha: Bool {
    var (count, kinds): (UInt16, UnsafeMutablePointer<UInt16>?) = (0, nil)
    let found = withUnsafeMutablePointer(to: &count) { count in
      withUnsafeMutablePointer(to: &kinds) { kinds in
        withVaList([count, kinds]) { TIFFVGetFieldDefaulted(tiff, UInt32(338), $0) == 1 }
      }
    }
    return found && count > 0 && kinds?.pointee == 1
  }

  /// The 16-bit red, green and blue values of the palette, `count` each; `nil` without a palette.
  func palette(_ count: Int) -> [[UInt16]]? {
    var (red, green, blue): (UnsafePointer<UInt16>?, UnsafePointer<UInt16>?, UnsafePointer<UInt16>?)
    (red, green, blue) = (nil, nil, nil)
    let found = withUnsafeMutablePointer(to: &red) { red in
      withUnsafeMutablePointer(to: &green) { green in
        withUnsafeMutablePointer(to: &blue) { blue in
          withVaList([red, green, blue]) { TIFFVGetField(tiff, UInt32(320), $0) == 1 }
        }
      }
    }
    guard found, let red, let green, let blue else { return nil }
    return [red, green, blue].map { Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  var isTiled: Bool { TIFFIsTiled(tiff) != 0 }

  /// Makes libtiff convert JPEG data to RGB while decoding.
  func convertJPEGToRGB() {
    // JPEGCOLORMODE and its value RGB.
    withVaList([CInt(1)]) { _ = TIFFVSetField(tiff, UInt32(65538), $0) }
  }

  /// The decoded size of a strip or tile in bytes; 0 if the tags make no sense.
  var chunkBytes: Int { Int(isTiled ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff)) }

  /// Bytes per row of a strip or tile.
  var chunkRowBytes: Int { Int(isTiled ? TIFFTileRowSize64(tiff) : TIFFScanlineSize64(tiff)) }

  /// Decodes a strip or tile into `buffer`; throws if fewer than `wanted` bytes are decoded.
  func read(_ chunk: Int, into buffer: inout [UInt8], wanted: Int) throws(ImageError) {
    let length = tmsize_t(buffer.count)
    let got = buffer.withUnsafeMutableBytes { raw in
      isTiled
        ? TIFFReadEncodedTile(tiff, UInt32(chunk), raw.baseAddress, length)
        : TIFFReadEncodedStrip(tiff, UInt32(chunk), raw.baseAddress, length)
    }
    guard got >= wanted, source.problems.isEmpty else { throw Self.problem(source, "decoded") }
  }

  /// The image converted by libtiff itself, for kinds that do not store every sample.
  func convertedImage(width: Int, height: Int) throws(ImageError) -> Image {
    var words = [UInt32](repeating: 0, count: width * height)
    let done = TIFFReadRGBAImageOriented(
      tiff, UInt32(width), UInt32(height), &words, ORIENTATION_TOPLEFT, 1)
    guard done == 1, source.problems.isEmpty else { throw Self.problem(source, "decoded") }
    var pixels = [UInt8](repeating: 0, count: words.count * 3)
    for (index, word) in words.enumerated() {
      for channel in 0..<3 {
        pixels[3 * index + channel] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(channel)))
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}

extension TIFFFile {
  /// libtiff's version, such as `4.5.0`.
  static var version: String {
    // "LIBTIFF, Version 4.5.0", followed by lines about its authors.
    let first = String(cString: TIFFGetVersion()).split(separator: "\n").first ?? ""
    return first.split(separator: " ").last.map(String.init) ?? "unknown"
  }
}
