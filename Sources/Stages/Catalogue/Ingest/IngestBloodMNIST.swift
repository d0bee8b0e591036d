internal import Imaging
internal import PipelineDSL

/// BloodMNIST: centre crops of PBC cells in one NumPy archive.
///
/// The official splits train, val and test become the parts of the samples.
struct IngestBloodMNIST: IngestKind {
  static let name = "ingest/bloodmnist"
  static let revision = 3
  static let summary = "Reads bloodmnist.npz in any of its four sizes."
  static let source = "Yang et al. 2023, Scientific Data 10 (MedMNIST v2)"
  static let ports = Ingest.ports
  static var libraries: [String: String] { ImagingLibraries.versions }

  static let layout =
    "one file bloodmnist.npz, bloodmnist_64.npz, bloodmnist_128.npz or bloodmnist_224.npz"

  let parameters: RootParameters
  init(_ parameters: RootParameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let snapshot = try context.location("root")
    var tables = IngestTables()
    for problem in snapshot.problems { tables.reject(problem.path, problem.reason) }
    var found: [LocationSnapshot.Entry] = []
    for entry in snapshot.entries {
      if let reason = Ingest.clutter(entry.path) {
        tables.reject(entry.path, reason)
      } else if snapshot.isFile || Self.isArchive(entry.path) {
        found.append(entry)
      } else {
        tables.reject(entry.path, "not part of BloodMNIST: not \(Self.layout)")
      }
    }
    guard found.count <= 1 else {
      throw StageError(
        "several archives below the root: " + found.map(\.path).joined(separator: ", "),
        hint: "set root to one of these files")
    }
    if let entry = found.first { try add(entry, to: &tables, context) }
    try tables.write(context, expected: Self.layout)
  }

  static func isArchive(_ path: String) -> Bool {
    let name = path.pathParts.last?.lowercased() ?? ""
    return name.hasPrefix("bloodmnist") && name.hasSuffix(".npz")
  }

  private func add(
    _ entry: LocationSnapshot.Entry, to tables: inout IngestTables, _ context: StageContext
  ) throws(StageError) {
    let archive = try BloodMNISTArchive(
      try context.originals.read(entry.digest), name: entry.path)
    var (width, height) = (0, 0)
    for (done, part) in BloodMNISTArchive.parts.enumerated() {
      let images = try archive.images(of: part)
      let labels = try archive.labels(of: part)
      guard images.shape[0] == labels.count else {
        throw StageError(
          "\(entry.path): \(images.shape[0]) \(part)_images for \(labels.count) \(part)_labels")
      }
      (height, width) = (images.shape[1], images.shape[2])
      for (index, label) in labels.enumerated() {
        tables.add(
          Sample(
            id: "\(entry.digest.hex):\(part)/\(index)", source: "bloodmnist", nativeLabel: label,
            label: label, group: "", part: Part(word: part)),
          from: "\(entry.path):\(part)/\(index)")
      }
      context.events.progress(
        StageProgress(done + 1, of: BloodMNISTArchive.parts.count, "members"))
    }
    tables.add(entry, width: width, height: height)
  }
}

/// A BloodMNIST archive: members `{train,val,test}_images` and `_labels`.
struct BloodMNISTArchive: Sendable {
  /// The prefixes of the members' names.
  static let parts = ["train", "val", "test"]

  private let archive: NPZArchive
  private let name: String

  /// Opens an archive; throws if the bytes are not an NPZ file.
  ///
  /// `name` identifies the archive in messages.
  init(_ bytes: [UInt8], name: String) throws(StageError) {
    self.name = name
    do { archive = try NPZArchive(parsing: bytes) } catch {
      throw StageError("\(name): \(error.reason)")
    }
  }

  /// The images of a part: uint8, N x H x W x 3.
  func images(of part: String) throws(StageError) -> NPYArray {
    let array = try member("\(part)_images")
    guard array.kind == .uint8, array.shape.count == 4, array.shape[3] == 3,
      array.shape[1] > 0, array.shape[2] > 0
    else {
      throw StageError(
        "\(name): expected \(part)_images as uint8 of N x H x W x 3, "
          + "found \(array.kind) of \(array.shape)")
    }
    return array
  }

  /// The cell types of a part, named as in PBC, the source of the cells.
  func labels(of part: String) throws(StageError) -> [String] {
    let array = try member("\(part)_labels")
    guard array.kind == .uint8, array.shape.dropFirst().allSatisfy({ $0 == 1 }) else {
      throw StageError(
        "\(name): expected \(part)_labels as uint8 of N x 1, "
          + "found \(array.kind) of \(array.shape)")
    }
    var labels: [String] = []
    for (index, value) in array.bytes.enumerated() {
      guard Int(value) < IngestPBC.types.count else {
        throw StageError("\(name): \(part)_labels has \(value) at \(index), not 0 to 7")
      }
      labels.append(IngestPBC.types[Int(value)])
    }
    return labels
  }

  /// Image `index` of an array of images.
  static func image(_ index: Int, of images: NPYArray) -> Image {
    let size = images.shape[1] * images.shape[2] * 3
    return Image(
      width: images.shape[2], height: images.shape[1],
      pixels: Array(images.bytes[index * size..<(index + 1) * size]))
  }

  private func member(_ member: String) throws(StageError) -> NPYArray {
    guard archive.names.contains(member) else {
      throw StageError(
        "\(name): no member \(member); it has " + archive.names.joined(separator: ", "))
    }
    do { return try archive.member(member) } catch {
      throw StageError("\(name): \(member): \(error.reason)")
    }
  }
}
