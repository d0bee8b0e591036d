/// One operation of RandAugment or AugMix: a name and a number.
///
/// Colour operations match torchvision's for 8-bit tensors bit for bit. Rotations, shears and
/// shifts act about the centre, sample bilinearly and fill the outside with the mean of the border.
public struct ImageOperation: Sendable, Hashable {
  /// The kind of operation; the comments state the meaning of the number.
  public enum Kind: String, Sendable, CaseIterable {
    /// Stretches each channel to 0...255; no number.
    case autocontrast
    /// Equalises each channel's histogram; no number.
    case equalize
    /// Keeps this many of the highest bits.
    case posterize
    /// Inverts samples from this threshold up.
    case solarize
    /// Rotates by degrees, counter-clockwise.
    case rotate
    /// Shifts rows by this share of their distance from the centre.
    case shearX = "shear-x"
    /// Shifts columns by this share of their distance from the centre.
    case shearY = "shear-y"
    /// Shifts by this share of the width.
    case translateX = "translate-x"
    /// Shifts by this share of the height.
    case translateY = "translate-y"
    /// Saturation times this factor.
    case colour
    /// Contrast times this factor.
    case contrast
    /// Brightness times this factor.
    case brightness
    /// Sharpness: 0 smooths, 1 changes nothing, more than 1 sharpens.
    case sharpness

    /// Whether the number is unused.
    var isPlain: Bool { self == .autocontrast || self == .equalize }

    /// Whether the number is a factor, which must not be negative.
    var isFactor: Bool { [.colour, .contrast, .brightness, .sharpness].contains(self) }
  }

  /// The kind of operation.
  public let kind: Kind
  /// The number.
  public let amount: Double

  /// An operation.
  public init(_ kind: Kind, _ amount: Double = 0) { (self.kind, self.amount) = (kind, amount) }

  /// Parses `rotate 12.5` or `equalize`; `nil` for other text and for numbers beyond 10,000.
  public init?(text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard let first = words.first, let kind = Kind(rawValue: String(first)) else { return nil }
    if kind.isPlain {
      guard words.count == 1 else { return nil }
      self.init(kind)
    } else {
      // Far more than is useful, and small enough that no computation overflows.
      guard words.count == 2, let amount = Double(words[1]), abs(amount) <= 1e4,
        !kind.isFactor || amount >= 0
      else { return nil }
      self.init(kind, amount)
    }
  }

  /// The text that `init(text:)` parses; `number` formats the amount.
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

  /// The mean of the outermost pixels over all channels, rounded.
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
