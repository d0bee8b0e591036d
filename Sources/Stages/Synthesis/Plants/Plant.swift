extension SyntheticDataset {
  /// A leak or a shortcut that is planted in the layout `shortcut`, to test what should find it.
  ///
  /// ``amount`` says how much of it there is. Plants combine freely; images that a plant does not
  /// concern keep their bytes.
  public struct Plant: Sendable, Hashable, Encodable {
    /// What is planted.
    public enum Kind: String, Sendable, Hashable, Encodable, CaseIterable {
      /// A second file with the same pixels, under another name and in a group of its own; a
      /// remark in the file makes its bytes differ, because ingest merges equal bytes.
      case exactDuplicate = "exact-duplicate"
      /// A copy that is mirrored, turned by a quarter, brighter, or compressed again.
      case nearDuplicate = "near-duplicate"
      /// The same cell of the same patient, cut at another centre and scale.
      case sameCell = "same-cell"
      /// A second file with the same pixels under the label of another class.
      case labelConflict = "label-conflict"
      /// Groups of four images whose given parts differ.
      case groupStraddle = "group-straddle"
      /// White balance and red cells lean to red or blue by class.
      case stainShortcut = "stain-shortcut"
      /// A scale bar in images of the first class, dark corners in those of the last.
      case borderShortcut = "border-shortcut"
      /// JPEG quality by class.
      case jpegShortcut = "jpeg-shortcut"
      /// Image size by class.
      case sizeShortcut = "size-shortcut"
      /// Each class has a source that most of its images come from.
      case sourceLabel = "source-label"
      /// The given parts follow the source.
      case sourcePart = "source-part"
      /// Dark, blurred, blank, narrow and wrongly coloured images.
      case outlier
    }

    /// How much is planted.
    public enum Strength: String, Sendable, Hashable, Encodable, CaseIterable {
      case low, medium, high
    }

    /// What is planted.
    public let kind: Kind
    /// How much of it.
    public let strength: Strength

    /// A plant of a kind and strength.
    public init(_ kind: Kind, _ strength: Strength = .medium) {
      (self.kind, self.strength) = (kind, strength)
    }

    /// The kind and strength as on the command line: `stain-shortcut:high`.
    public var text: String { "\(kind.rawValue):\(strength.rawValue)" }

    /// The share of the images concerned, in 0...1; of jpeg-shortcut the step of quality from class
    /// to class, of size-shortcut the relative step of the edge, and of stain-shortcut half the
    /// share of its blue or red light that the last or first class loses.
    public var amount: Double {
      let amounts: [Double] =
        switch kind {
        case .exactDuplicate, .nearDuplicate, .sameCell, .labelConflict: [0.02, 0.08, 0.3]
        case .groupStraddle: [0.1, 0.4, 1]
        case .stainShortcut: [0.03, 0.08, 0.16]
        case .borderShortcut: [0.3, 0.7, 1]
        case .jpegShortcut: [2, 8, 20]
        case .sizeShortcut: [0.03, 0.1, 0.25]
        case .sourceLabel, .sourcePart: [0.2, 0.5, 0.95]
        case .outlier: [0.02, 0.05, 0.12]
        }
      return switch strength {
      case .low: amounts[0]
      case .medium: amounts[1]
      case .high: amounts[2]
      }
    }
  }
}

extension [SyntheticDataset.Plant] {
  /// The amount of a kind; `nil` if it is not planted.
  func amount(of kind: SyntheticDataset.Plant.Kind) -> Double? {
    first { $0.kind == kind }?.amount
  }

  /// Whether the item at a position is one of the share that a kind concerns.
  ///
  /// Multiples of the golden ratio, from a start that depends on seed and kind: every run of
  /// positions has the share almost exactly, and further items change nothing.
  func concerns(
    _ position: Int, of kind: SyntheticDataset.Plant.Kind, seed: UInt64
  ) -> Bool {
    guard let share = amount(of: kind) else { return false }
    var random = CounterRandom(
      seed: seed, source: "shortcut", image: 0, purpose: "plant \(kind.rawValue)")
    let place = Double(random.uniform()) + 0.618_033_988_749_895 * Double(position)
    return place - place.rounded(.down) < share
  }
}
