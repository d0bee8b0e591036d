/// TIFF by libtiff: the first image of a file, in strips or tiles, of 1 to 16 bits a sample.
///
/// Samples are read as they are stored and converted here, since libtiff's own conversion to RGBA
/// multiplies colours with their alpha.
public enum TIFFCodec {
  /// The image of a TIFF file, three channels, turned as its orientation tag says.
  ///
  /// Grey of either sense, palettes, RGB, CMYK and YCbCr are read, whole or in planes, under any
  /// compression that libtiff was built with. Alpha is dropped, 16 bits are scaled. Throws for floats
  /// and other kinds, naming them, and for a file that is cut short or damaged.
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

  /// The size of the image as `decode` gives it, from the tags alone.
  public static func size(_ bytes: [UInt8]) throws(ImageError) -> (width: Int, height: Int) {
    try TIFFFile.with(bytes) { (file) throws(ImageError) in
      let layout = try TIFFLayout(file, length: bytes.count)
      return layout.orientation.swapsAxes
        ? (layout.height, layout.width) : (layout.width, layout.height)
    }
  }
}
