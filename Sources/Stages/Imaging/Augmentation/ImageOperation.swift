/// One operation of RandAugment or AugMix: a name and a number.
///
/// Operations on samples are torchvision's for 8-bit tensors, to the bit; turns, shears and shifts act
/// about the centre, sample bilinearly, and show the mean of the border where the picture ends.
public struct ImageOperation: Sendable, Hashable {
  /// What is done; the comment says what the number means.
  public enum Kind: String, Sendable, CaseIterable {
    /// Spreads each channel over 0...255; no number.
    case autocontrast
    /// Makes each channel's histogram flat; no number.
    case equalize
    /// Keeps so many of the highest bits.
    case posterize
    /// Inverts samples from this threshold on.
    case solarize
    /// Turns by degrees, counter-clockwise.
    case rotate
    /// Moves rows by this share of their distance from the middle.
    case shearX = "shear-x"
    /// Moves columns by this share of their distance from the middle.
    case shearY = "shear-y"
    /// Moves by this share of the width.
    case translateX = "translate-x"
    /// Moves by this share of the height.
    case translateY = "translate-y"
    /// Saturation times this factor.
    case colour
    /// Contrast times this factor.
    case contrast
    /// Brightness times this factor.
    case brightness
    /// Sharpness: 0 smoothed, 1 as it is, above sharper.
    case sharpness

    /// Whether the number means nothing.
    var isPlain: Bool { self == .autocontrast || self == .equalize }

    /// Whether the number is a factor, which is not negative.
    var isFactor: Bool { [.colour, .contrast, .brightness, .sharpness].contains(self) }
  }

  /// What is done.
  public let kind: Kind
  /// How much.
  public let amount: Double

  /// An operation.
  public init(_ kind: Kind, _ amount: Double = 0) { (self.kind, self.amount) = (kind, amount) }

  /// `rotate 12.5`, or `equalize`; `nil` for other text, and for numbers beyond 10,000.
  public init?(text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard let first = words.first, let kind = Kind(rawValue: String(first)) else { return nil }
    if kind.isPlain {
      guard words.count == 1 else { return nil }
      self.init(kind)
    } else {
      // Far more than anyone means, and few enough that no computation overflows.
      guard words.count == 2, let amount = Double(words[1]), abs(amount) <= 1e4,
        !kind.isFactor || amount >= 0
      else { return nil }
      self.init(kind, amount)
    }
  }

  /// As `init(text:)` reads it; `number` writes the amount.
  public func text(_ number: (Double) -> String) -> String {
    kind.isPlain ? kind.rawValue : "\(kind.rawValue) \(number(amount))"
  }
}

extension Image {
  /// The image after an operation.
  public func applying(_ operation: ImageOperation) -> Image {
    let amount = operation.amount
    switch operation.kind {
    case .autocontrast: return autocontrasted
    case .equalize: return equalized
    case .posterize: return posterized(bits: Int(amount))
    case .solarize: return solarized(from: Int(amount))
    case .rotate: return warped(AffineMap().rotated(degrees: amount))
    case .shearX: return warped(AffineMap().sheared(x: amount, y: 0))
    case .shearY: return warped(AffineMap().sheared(x: 0, y: amount))
    case .translateX:
      return warped(AffineMap().translated(x: (amount * Double(width)).rounded(), y: 0))
    case .translateY:
      return warped(AffineMap().translated(x: 0, y: (amount * Double(height)).rounded()))
    case .colour: return coloured(by: amount)
    case .contrast: return contrasted(by: Float(amount))
    case .brightness: return brightened(by: Float(amount))
    case .sharpness: return sharpened(by: amount)
    }
  }

  private func warped(_ map: AffineMap) -> Image { warped(by: map, fill: borderMean) }

  /// The mean over all channels of the outermost pixels, rounded.
  public var borderMean: UInt8 {
    var (sum, count) = (0, 0)
    for y in 0..<height {
      let edge = y == 0 || y == height - 1
      for x in stride(from: 0, to: width, by: edge ? 1 : max(width - 1, 1)) {
        for channel in 0..<channels { sum += Int(self[x, y, channel]) }
        count += channels
      }
    }
    return UInt8((sum + count / 2) / count)
  }
}
