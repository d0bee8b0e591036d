internal import Foundation

extension SyntheticDataset {
  /// A collection that is imitated.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    /// C-NMC 2019: `C_NMC_Leukemia/`, single cells on black, ALL and healthy, by subject.
    case cNMC = "c-nmc"
    /// Peripheral blood cells: `PBC_dataset_normal_DIB/`, eight healthy types.
    case pbc
    /// BloodMNIST: `BloodMNIST/bloodmnist.npz`, the same eight types at 28 x 28.
    case bloodMNIST = "bloodmnist"
    /// `five-class/{ALL,AML,CLL,CML,H}/`.
    case fiveClass = "five-class"
    /// `image-folder/{Benign,Early,Pre,Pro}/`: any folder with a class a sub-folder.
    case imageFolder = "image-folder"
  }

  /// What to make: a seed and how many images a source gives.
  public struct Plan: Sendable, Hashable, Codable {
    /// Every draw follows from it.
    public var seed: UInt64
    /// Images a source gives, spread evenly over its classes.
    ///
    /// A source that is missing is not written. Planted duplicates come on top.
    public var counts: [Source: Int]
    /// Edges of the images over those of the real ones, in 0.25...1 (BloodMNIST stays 28 x 28).
    public var sizeFactor: Double

    /// A plan over all sources that shares out about `images` images.
    public init(seed: UInt64 = 17, images: Int = 2400, sizeFactor: Double = 1) {
      let shares: [(Source, Int)] = [
        (.cNMC, 12), (.pbc, 9), (.bloodMNIST, 9), (.fiveClass, 60), (.imageFolder, 10),
      ]
      var counts: [Source: Int] = [:]
      for (source, share) in shares { counts[source] = max(0, images) * share / 100 }
      self.init(seed: seed, counts: counts, sizeFactor: sizeFactor)
    }

    /// A plan with a count for each source.
    public init(seed: UInt64 = 17, counts: [Source: Int], sizeFactor: Double = 1) {
      self.seed = seed
      self.counts = counts.filter { $0.value > 0 }
      self.sizeFactor = max(0.25, min(1, sizeFactor))
    }
  }
}

extension SyntheticDataset.Plan {
  /// The sub-folders that a generator may write, and therefore replace.
  static let ownedFolders = [
    CNMCLayout.root, PBCLayout.root, BloodMNISTLayout.root, FiveClassLayout.root,
    ImageFolderLayout.root, "masks",
  ]

  /// Every image, in a fixed order.
  var images: [PlannedImage] {
    SyntheticDataset.Source.allCases.flatMap { source -> [PlannedImage] in
      let count = counts[source] ?? 0
      return switch source {
      case .cNMC: CNMCLayout.images(count, seed: seed, sizeFactor: sizeFactor)
      case .pbc: PBCLayout.images(count, seed: seed, sizeFactor: sizeFactor)
      case .bloodMNIST: BloodMNISTLayout.images(count, seed: seed)
      case .fiveClass: FiveClassLayout.images(count, seed: seed, sizeFactor: sizeFactor)
      case .imageFolder: ImageFolderLayout.images(count, seed: seed, sizeFactor: sizeFactor)
      }
    }
  }

  /// Files that accompany the images: label tables and the traps of the real archives.
  func writeCompanions(to output: OutputFolder) throws(SynthesisProblem) {
    if let count = counts[.cNMC] { try CNMCLayout.writeLabels(count, to: output) }
    if counts[.pbc] != nil { try PBCLayout.writeStray(to: output) }
  }

  /// The stamp of a finished output: generator version and plan as JSON with sorted keys.
  func stamp() throws(SynthesisProblem) -> [UInt8] {
    struct Stamp: Encodable {
      let generator: Int
      let plan: SyntheticDataset.Plan
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do {
      let stamp = Stamp(generator: SyntheticDataset.generator, plan: self)
      return [UInt8](try encoder.encode(stamp)) + [UInt8(ascii: "\n")]
    } catch {
      throw SynthesisProblem("the plan has no JSON form: \(error)")
    }
  }
}
