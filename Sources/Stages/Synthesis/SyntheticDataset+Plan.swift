internal import Foundation

extension SyntheticDataset {
  /// A collection to imitate.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    /// C-NMC 2019: `C_NMC_Leukemia/`, single cells on black, ALL and healthy, by subject.
    case cNMC = "c-nmc"
    /// Peripheral blood cells: `PBC_dataset_normal_DIB/`, eight healthy types.
    case pbc
    /// BloodMNIST: `BloodMNIST/bloodmnist.npz`, the same eight types at 28 x 28.
    case bloodMNIST = "bloodmnist"
    /// `five-class/{ALL,AML,CLL,CML,H}/`.
    case fiveClass = "five-class"
    /// `image-folder/{Benign,Early,Pre,Pro}/`: any folder with one sub-folder per class.
    case imageFolder = "image-folder"
    /// ALL-IDB: `ALL_IDB/{ALL_IDB1,ALL_IDB2}/`, fields with centroids, and single cells.
    case allIDB = "all-idb"
    /// AML by patient: `AML-Cytomorphology_MLL_Helmholtz/`.
    case mllHelmholtz = "mll-helmholtz"
    /// AML by cell type: `AML-Cytomorphology_LMU/`.
    case mllLMU = "mll-lmu"
    /// Raabin-WBC: `Raabin-WBC/{Train,TestA,Test-B}/`.
    case raabin
    /// Kaggle's blood-cells: `BloodCell_Images/{dataset2-master,dataset-master}/`.
    case bloodCellImages = "blood-cell-images"
    /// The Taleqani set: `Taleqani/{Original,Segmented}/` and its sister release.
    case taleqani
    /// Mirrored copies of Taleqani's images: `Multi_Cancer/ALL/`.
    case multiCancer = "multi-cancer"
    /// Lymphoma sections: `Lymphoma/{CLL,FL,MCL}/`.
    case lymphoma
    /// FAB types: `FAB/{L1,L2,L3}/`.
    case fab
    /// C-NMC in Kaggle's form: `C-NMC_Leukemia/{training_data,validation_data,testing_data}/`.
    case cNMCKaggle = "c-nmc-kaggle"
    /// Pak-ALL: `Pak-ALL/{Benign,Early,Pre,Pro}/`.
    case pakALL = "pak-all"
    /// Three classes with a manifest, in which a plan's plants are: `shortcut/`.
    case shortcut

    /// The maximum number of images, limited by the source's file names.
    public var most: Int { self == .allIDB ? ALLIDBLayout.most : .max }

    /// Those that imitate a real collection: all but the one for plants.
    public static let collections = allCases.filter { $0 != .shortcut }
    /// The sources of the demo.
    public static let demo: [Source] = [.cNMC, .pbc, .bloodMNIST, .fiveClass, .imageFolder]
    /// The seven sources of paper A; MLL there is one of two collections here.
    public static let seven: [Source] = [
      .allIDB, .cNMC, .mllHelmholtz, .mllLMU, .raabin, .pbc, .bloodMNIST, .bloodCellImages,
    ]
  }

  /// What to generate: a seed and the number of images per source.
  public struct Plan: Sendable, Hashable, Encodable {
    /// The seed of all random draws.
    public var seed: UInt64
    /// The number of images per source, distributed evenly over its classes.
    ///
    /// A missing source is not written. Planted duplicates are added to the count.
    public var counts: [Source: Int]
    /// The edge length of images relative to the real ones, in 0.25...1 (BloodMNIST stays 28 x 28).
    public var sizeFactor: Double
    /// The leaks and shortcuts in the layout `shortcut`, each kind at most once.
    public var plants: [Plant] = []

    /// A plan that divides about `images` images among the demo's sources.
    public init(seed: UInt64 = 17, images: Int = 2400, sizeFactor: Double = 1) {
      let shares: [(Source, Int)] = [
        (.cNMC, 12), (.pbc, 9), (.bloodMNIST, 9), (.fiveClass, 60), (.imageFolder, 10),
      ]
      var counts: [Source: Int] = [:]
      for (source, share) in shares { counts[source] = max(0, images) * share / 100 }
      self.init(seed: seed, counts: counts, sizeFactor: sizeFactor)
    }

    /// A plan that divides about `images` images equally among sources, each limited to its
    /// maximum.
    public init(seed: UInt64 = 17, images: Int, sources: [Source], sizeFactor: Double = 1) {
      let share = images / max(1, sources.count)
      let counts = Dictionary(sources.map { ($0, min(share, $0.most)) }) { first, _ in first }
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
    ImageFolderLayout.root, ALLIDBLayout.root, MLLLayout.helmholtz, MLLLayout.lmu,
    RaabinLayout.root, BloodCellImagesLayout.root, TaleqaniLayout.root, TaleqaniLayout.multiCancer,
    LymphomaLayout.root, FABLayout.root, CNMCKaggleLayout.root, PakALLLayout.root,
    ShortcutLayout.root, "masks", PlantedTruth.file,
  ]

  /// The plan in its stamp: without plants as before there were any, so that older output is kept.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(counts, forKey: .counts)
    try container.encode(sizeFactor, forKey: .sizeFactor)
    if !plants.isEmpty { try container.encode(plants.map(\.text).sorted(), forKey: .plants) }
  }

  private enum CodingKeys: String, CodingKey { case seed, counts, sizeFactor, plants }

  /// Throws if more images are requested of a source than it can provide, or if plants have no
  /// place or contradict each other.
  func check() throws(SynthesisError) {
    if let plant = plants.first, counts[.shortcut] == nil {
      throw SynthesisError(
        "\(plant.kind.rawValue) can only be planted in the source 'shortcut', which the plan does not "
          + "have")
    }
    for kind in Set(plants.map(\.kind)) where plants.count(where: { $0.kind == kind }) > 1 {
      throw SynthesisError("\(kind.rawValue) is planted twice")
    }
    for source in SyntheticDataset.Source.allCases {
      guard let count = counts[source], count > source.most else { continue }
      throw SynthesisError(
        "\(source.rawValue) has at most \(source.most) images, not \(count): its file names cannot number "
          + "more; ask for fewer")
    }
  }

  /// Every image, in a fixed order.
  var images: [PlannedImage] {
    SyntheticDataset.Source.allCases.flatMap(images(of:))
  }

  /// The images of one source.
  private func images(of source: SyntheticDataset.Source) -> [PlannedImage] {
    guard let count = counts[source] else { return [] }
    let make: (Int, UInt64, Double) -> [PlannedImage] =
      switch source {
      case .cNMC: CNMCLayout.images
      case .pbc: PBCLayout.images
      case .bloodMNIST: { count, seed, _ in BloodMNISTLayout.images(count, seed: seed) }
      case .fiveClass: FiveClassLayout.images
      case .imageFolder: ImageFolderLayout.images
      case .allIDB: ALLIDBLayout.images
      case .mllHelmholtz: MLLLayout.helmholtzImages
      case .mllLMU: MLLLayout.lmuImages
      case .raabin: RaabinLayout.images
      case .bloodCellImages: BloodCellImagesLayout.images
      case .taleqani: TaleqaniLayout.images
      case .multiCancer: TaleqaniLayout.multiCancerImages
      case .lymphoma: LymphomaLayout.images
      case .fab: FABLayout.images
      case .cNMCKaggle: CNMCKaggleLayout.images
      case .pakALL: PakALLLayout.images
      case .shortcut: { count, _, _ in shortcutEntries(count).map(\.image) }
      }
    return make(count, seed, sizeFactor)
  }

  /// The images of the layout `shortcut`, with what the manifest says of them.
  private func shortcutEntries(_ count: Int) -> [ShortcutLayout.Entry] {
    ShortcutLayout.entries(count, seed: seed, sizeFactor: sizeFactor, plants: plants)
  }

  /// Writes the files that accompany the images: label tables and the traps of the real archives.
  ///
  /// `masks` are those of all images, with the ids of their samples.
  func writeCompanions(
    to output: OutputFolder, masks: [MaskRow]
  ) throws(SynthesisError) {
    if let count = counts[.cNMC] { try CNMCLayout.writeLabels(count, to: output) }
    if let count = counts[.cNMCKaggle] { try CNMCKaggleLayout.writeLabels(count, to: output) }
    if counts[.pbc] != nil { try PBCLayout.writeStray(to: output) }
    if counts[.allIDB] != nil {
      try ALLIDBLayout.writeCompanions(images(of: .allIDB), seed: seed, to: output)
    }
    if let count = counts[.shortcut] {
      let entries = shortcutEntries(count)
      try ShortcutLayout.writeManifest(entries, to: output)
      if !plants.isEmpty {
        try PlantedTruth.write(entries.flatMap(\.truth), masks: masks, to: output)
      }
    }
    for (source, write) in [
      (SyntheticDataset.Source.mllHelmholtz, MLLLayout.writeHelmholtzCompanions),
      (.mllLMU, MLLLayout.writeLMUCompanions),
      (.bloodCellImages, BloodCellImagesLayout.writeCompanions),
    ] where counts[source] != nil {
      try write(images(of: source), output)
    }
  }

  /// The stamp of a finished output: generator version and plan as JSON with sorted keys.
  func stamp() throws(SynthesisError) -> [UInt8] {
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
      throw SynthesisError("the plan has no JSON form: \(error)")
    }
  }
}
