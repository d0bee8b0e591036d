internal import Imaging

/// Three classes in class folders with a `manifest.csv`, in which leaks and shortcuts are planted.
///
/// Without plants, each image shows another patient, and slides, sources and given parts are
/// independent of the class and of each other.
enum ShortcutLayout {
  static let root = "shortcut"
  private static let table = "manifest.csv"
  private static let slides = 7
  private static let classes: [(label: String, kinds: [(CellKind, Float)])] = [
    ("ALL", [(.earlyPreB, 1), (.preB, 1), (.proB, 1)]), ("CLL", [(.chronicLymphocyte, 1)]),
    ("Healthy", [(.lymphocyte, 1), (.haematogone, 1)]),
  ]
  private static let sources = ["lab-a", "lab-b", "lab-c"]
  /// The given parts of ten successive images of a class; ten, seven slides and three sources
  /// have no common factor, so all combinations are equally frequent.
  private static let parts = [
    "train", "train", "test", "train", "train", "validation", "train", "train", "test", "train",
  ]
  /// The JPEG qualities, drawn without regard to the class, so that file sizes say little of it.
  private static let qualities = 78...95
  private static let groupSize = 4

  /// An image with its line of the manifest.
  struct Entry: Sendable {
    var image: PlannedImage
    var group: String
    var source: String
    var part: String
    var truth: [PlantedTruth] = []
    var quality: Int

    /// Records that a plant concerns the image.
    mutating func mark(_ kind: SyntheticDataset.Plant.Kind, partner: String? = nil) {
      truth.append(PlantedTruth(kind: kind, mask: image.maskPath, partner: partner))
    }
  }

  /// All images, each followed by its planted copies.
  static func entries(
    _ count: Int, seed: UInt64, sizeFactor: Double, plants: [SyntheticDataset.Plant]
  ) -> [Entry] {
    let edge = Int((160 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 6.4 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .shortcut, slide: $0, seed: seed) }
    return (0..<count).flatMap { position in
      let number = position / classes.count
      var entry = entry(position, seed: seed, frame, looks[number % slides])
      group(&entry, position, seed: seed, plants)
      shortcuts(&entry, position, seed: seed, plants)
      sources(&entry, position, seed: seed, plants)
      guard !spoil(&entry, position, seed: seed, plants) else { return [entry] }
      return [entry] + copies(of: entry, position, seed: seed, plants)
    }
  }

  /// The image at a position as in the set without plants.
  private static func entry(
    _ position: Int, seed: UInt64, _ frame: Frame, _ look: SlideLook
  ) -> Entry {
    let (label, kinds) = classes[position % classes.count]
    let number = position / classes.count
    var random = CounterRandom(
      seed: seed, source: "shortcut/\(label)", image: number, purpose: "kind")
    let kind = random.choose(kinds)
    let quality = random.whole(qualities)
    return Entry(
      image: PlannedImage(
        source: .shortcut, label: label, number: number, kind: kind, frame: frame,
        look: look,
        path: path(label, number), encoding: .compressed(quality: quality)),
      group: patient(position), source: sources[number % sources.count],
      part: parts[number % parts.count], quality: quality)
  }

  private static func path(_ label: String, _ number: Int, suffix: String = "") -> String {
    "\(root)/\(label)/\(label)_\(PlannedImage.padded(number + 1))\(suffix).jpg"
  }

  private static func patient(_ position: Int, suffix: String = "") -> String {
    "P\(PlannedImage.padded(position + 1))\(suffix)"
  }

  /// Joins successive images of a class to one patient, seen by one source.
  private static func group(
    _ entry: inout Entry, _ position: Int, seed: UInt64, _ plants: [SyntheticDataset.Plant]
  ) {
    let (column, number) = (position % classes.count, position / classes.count)
    let first = number / groupSize * groupSize
    let place = number / groupSize * classes.count + column
    guard plants.concerns(place, of: .groupStraddle, seed: seed) else { return }
    entry.group = patient(first * classes.count + column)
    entry.source = sources[first % sources.count]
    var leader = entry.image
    leader.number = first
    entry.mark(.groupStraddle, partner: first == number ? nil : leader.maskPath)
  }

  /// Makes pixels, format and size depend on the class.
  private static func shortcuts(
    _ entry: inout Entry, _ position: Int, seed: UInt64, _ plants: [SyntheticDataset.Plant]
  ) {
    let column = position % classes.count
    // -1 for the first class, 0 for the middle one, 1 for the last.
    let side = 2 * Float(column) / Float(classes.count - 1) - 1
    if let amount = plants.amount(of: .stainShortcut), side != 0 {
      entry.image.look = entry.image.look.leaning(by: side * Float(amount))
      entry.mark(.stainShortcut)
    }
    if plants.concerns(position, of: .borderShortcut, seed: seed), side != 0 {
      entry.image.alterations.append(side < 0 ? .scaleBar : .vignette)
      entry.mark(.borderShortcut)
    }
    if let step = plants.amount(of: .sizeShortcut), column > 0 {
      entry.image.alterations.append(.resized(1 + Float(column) * Float(step)))
      entry.mark(.sizeShortcut)
    }
    if let step = plants.amount(of: .jpegShortcut), column > 0 {
      entry.quality -= column * Int(step)
      entry.image.encoding = .compressed(quality: entry.quality)
      entry.mark(.jpegShortcut)
    }
  }

  /// Makes source and class, and given part and source, depend on each other.
  private static func sources(
    _ entry: inout Entry, _ position: Int, seed: UInt64, _ plants: [SyntheticDataset.Plant]
  ) {
    if plants.concerns(position, of: .sourceLabel, seed: seed) {
      entry.source = sources[position % classes.count % sources.count]
      entry.mark(.sourceLabel)
    }
    if entry.part != "validation", plants.concerns(position, of: .sourcePart, seed: seed) {
      entry.part = entry.source == sources[sources.count - 1] ? "test" : "train"
      entry.mark(.sourcePart)
    }
  }

  /// Makes an outlier of some images; returns whether it did.
  private static func spoil(
    _ entry: inout Entry, _ position: Int, seed: UInt64, _ plants: [SyntheticDataset.Plant]
  ) -> Bool {
    guard plants.concerns(position, of: .outlier, seed: seed) else { return false }
    var random = CounterRandom(
      seed: seed, source: "shortcut", image: position, purpose: "outlier")
    let faults: [Alteration] = [.lit(0.25), .blurred, .blank, .strip, .falseColour]
    entry.image.alterations.append(faults[random.whole(0...faults.count - 1)])
    entry.mark(.outlier)
    return true
  }

  /// The planted copies of an image.
  private static func copies(
    of entry: Entry, _ position: Int, seed: UInt64, _ plants: [SyntheticDataset.Plant]
  ) -> [Entry] {
    let (column, number) = (position % classes.count, position / classes.count)
    let kinds: [SyntheticDataset.Plant.Kind] = [
      .exactDuplicate, .nearDuplicate, .sameCell, .labelConflict,
    ]
    return kinds.enumerated().compactMap { place, kind in
      guard plants.concerns(position, of: kind, seed: seed) else { return nil }
      let suffix = ["b", "c", "d", "e"][place]
      var copy = entry
      copy.truth = []
      copy.image.drawnAs = entry.image.stream
      if kind == .labelConflict { copy.image.label = classes[(column + 1) % classes.count].label }
      copy.image.suffix = suffix
      copy.image.path = path(copy.image.label, number, suffix: suffix)
      // Another part of the cycle, so that many pairs straddle the given parts.
      copy.part = parts[(number + 1 + place) % parts.count]
      // Whoever copies a file does not know its patient; only another cut does.
      if kind != .sameCell { copy.group = patient(position, suffix: suffix) }
      var random = CounterRandom(
        seed: seed, source: "shortcut", image: position, purpose: kind.rawValue)
      switch kind {
      case .nearDuplicate: disguise(&copy, &random)
      case .sameCell:
        copy.image.alterations.append(
          .cut(x: random.uniform(), y: random.uniform(), share: random.uniform(0.78, 0.9)))
      default:
        copy.image.encoding = .compressed(quality: entry.quality, remark: "saved again")
      }
      copy.mark(kind, partner: entry.image.maskPath)
      return copy
    }
  }

  /// Hides that an image is a copy.
  private static func disguise(_ copy: inout Entry, _ random: inout CounterRandom) {
    switch random.whole(0...3) {
    case 0: copy.image.alterations.append(.turned(.mirrored))
    case 1: copy.image.alterations.append(.turned(.right))
    case 2: copy.image.alterations.append(.lit(1.08))
    default: copy.image.encoding = .compressed(quality: 70)
    }
  }

  /// Writes the manifest.
  static func writeManifest(_ entries: [Entry], to output: OutputFolder) throws(SynthesisError) {
    var text = "path,label,group,source,split\n"
    for entry in entries {
      let path = entry.image.path.dropFirst(root.count + 1)
      text += "\(path),\(entry.image.label),\(entry.group),\(entry.source),\(entry.part)\n"
    }
    try output.write(Array(text.utf8), "\(root)/\(table)")
  }
}
