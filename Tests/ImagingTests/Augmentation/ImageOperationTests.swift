import Testing

@testable import Imaging

@Suite struct ImageOperationTests {
  static let names = Reference.augmentations.names.filter { $0 != "image" && $0 != "emboss" }

  @Test(arguments: names) func agreesWithTorchvision(name: String) throws {
    let image = try Reference.augmentations.image("image")
    let operation = try #require(ImageOperation(text: name))
    let result = image.applying(operation)
    let isExact = !["rotate", "shear", "translate"].contains { name.hasPrefix($0) }
    // Bilinear sampling may round the other way.
    #expect(difference(result, try Reference.augmentations.image(name)) <= (isExact ? 0 : 1))
  }

  @Test func everyKindIsCompared() {
    for kind in ImageOperation.Kind.allCases {
      #expect(Self.names.contains { $0.split(separator: " ").first == kind.rawValue[...] })
    }
  }

  @Test func embossAgreesWithPillow() throws {
    let image = try Reference.augmentations.image("image")
    #expect(difference(image.embossed, try Reference.augmentations.image("emboss")) == 0)
  }

  @Test func textRoundTrips() {
    for operation in [
      ImageOperation(.rotate, -12.5), ImageOperation(.equalize), ImageOperation(.solarize, 128),
    ] {
      #expect(ImageOperation(text: operation.text { "\($0)" }) == operation)
    }
    for text in ["", "spin 3", "rotate", "rotate x", "equalize 3", "rotate 1 2", "rotate inf"] {
      #expect(ImageOperation(text: text) == nil, "\(text)")
    }
  }

  @Test func flatImagesAreUnchanged() {
    let flat = Image(width: 5, height: 4, filledWith: 90)
    #expect(flat.autocontrasted == flat && flat.equalized == flat)
  }

  /// Found by the fuzzer: numbers too large for an integer, and negative factors, crashed the
  /// process.
  @Test(arguments: [
    "posterize 1e308", "solarize -1e19", "rotate 1e300", "translate-x 1e308", "colour -1",
    "sharpness -0.5", "contrast nan", "brightness inf",
  ])
  func absurdNumbersAreRefused(_ text: String) {
    #expect(ImageOperation(text: text) == nil)
  }

  @Test func extremeNumbersAreSafe() throws {
    let image = patterned(width: 8, height: 8)
    for kind in ImageOperation.Kind.allCases where !kind.isPlain {
      for amount in ["10000", "-10000", "0"] {
        guard let operation = ImageOperation(text: "\(kind.rawValue) \(amount)") else { continue }
        #expect(image.applying(operation).pixels.count == image.pixels.count)
      }
    }
  }
}
