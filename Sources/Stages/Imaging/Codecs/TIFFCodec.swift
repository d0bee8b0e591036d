/// TIFF via libtiff: the first image of a file, in strips or tiles, with 1 to 16 bits per sample.
///
/// Samples are read as stored and converted here, since libtiff's own conversion to RGBA
/// premultiplies colours by alpha.
public enum TIFFCodec {
  /// The image of a TIFF file, with three channels and its orientation tag applied.
  ///
  /// Reads grey (black or white as zero), palettes, RGB, CMYK and YCbCr, interleaved or planar,
  /// with any compression that libtiff was built with. Alpha is dropped, 16-bit samples are scaled.
  /// Throws for floating-point and other kinds, naming them, and for a file that is cut short or
  /// damaged.
  public static func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
    try TIFFFile.with(bytes) { (file) throws(ImageError) in
      let layout = try TIFFLayout(file, length: bytes.count)
      let image: Image
      if layout.needsConversion {
        image = try file.convertedImage(width: layout.width, height: layout.height)
      } else {
        image = try TIFFSamples(file, layout).image()
      }
      return image.oriented(layout.orientation)
    }
  }

  /// The size of the image that `decode` returns, from the tags alone.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    try TIFFFile.with(bytes) { (file) throws(ImageError) in
      let layout = try TIFFLayout(file, length: bytes.count)
      return layout.orientation.swapsAxes
        ? (layout.height, layout.width) : (layout.width, layout.height)
    }
  }
}
