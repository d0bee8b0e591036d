internal import Imaging
internal import PipelineDSL

/// The role of a file below the root, according to the data set's layout.
enum FileRole: Sendable, Hashable {
  /// An image, with its native label, its group if one can be derived, the part that the data set
  /// assigns, and its source if that has another name.
  case sample(nativeLabel: String, group: String = "", part: Part? = nil, source: String? = nil)
  /// A file that describes others, such as a table of labels.
  case auxiliary
  /// A file that is left out and listed with this reason.
  case rejected(String)
}

/// The files below a root as seen by a layout: all paths, and the content of a few.
struct IngestFiles {
  /// Paths below the root, in the order of the snapshot.
  let paths: [String]
  private let content: (Int) throws(StageError) -> [UInt8]

  /// Creates files from paths; `content` reads the file at an index.
  init(_ paths: [String], content: @escaping (Int) throws(StageError) -> [UInt8]) {
    (self.paths, self.content) = (paths, content)
  }

  /// The files of a stage's root.
  init(_ context: StageContext) throws(StageError) {
    let entries = try context.location("root").entries
    let originals = context.originals
    self.init(entries.map(\.path)) { (index) throws(StageError) in
      try originals.read(entries[index].digest)
    }
  }

  /// The bytes of the file at an index.
  func read(_ index: Int) throws(StageError) -> [UInt8] { try content(index) }

  /// The table in the file at an index, with column names in lower case.
  func table(_ index: Int) throws(StageError) -> CSVTable {
    let bytes = try read(index)
    do throws(CSVError) {
      let table = try CSVTable(parsing: bytes)
      return CSVTable(columns: table.columns.map { $0.lowercased() }, rows: table.rows)
    } catch {
      throw StageError("\(paths[index]): \(error)")
    }
  }
}

/// The common part of the `ingest/...` stages for image files, once the role of each file is known.
struct Ingest {
  /// The ports of all ingest kinds.
  static let ports = Ports(outputs: [
    .init(
      "samples", .samples,
      "samples.csv: id, source, native label, label, group, and the part if the data set gives one"),
    .init(
      "files", .files, side: true, "files.csv: id, path, bytes, width and height of every image"),
    .init(
      "rejected", .files, side: true,
      "rejected.csv: path and reason of every file left out or merged with an equal one"),
  ])

  /// The source name of the samples.
  let source: String
  /// The expected layout, for the error message if no sample is found.
  let layout: String

  init(source: String, layout: String) { (self.source, self.layout) = (source, layout) }

  /// Creates the ingest of a published data set.
  init(_ facts: DatasetFacts) { self.init(source: facts.source, layout: facts.layout) }

  /// Decodes every image below the root, so that unreadable files are reported here by name, and
  /// writes the three tables.
  ///
  /// `roles` are the roles of the root's entries, in order.
  func run(_ context: StageContext, roles: [FileRole]) throws {
    let snapshot = try context.location("root")
    var tables = IngestTables()
    for problem in snapshot.problems { tables.reject(problem.path, problem.reason) }
    var images: [(entry: LocationSnapshot.Entry, sample: Sample)] = []
    for (entry, role) in zip(snapshot.entries, roles) {
      switch role {
      case .sample(let label, let group, let part, let own):
        let sample = Sample(
          id: entry.digest.hex, source: own ?? source, nativeLabel: label, label: label,
          group: group, part: part)
        images.append((entry, sample))
      case .auxiliary: continue
      case .rejected(let reason): tables.reject(entry.path, reason)
      }
    }
    let sizes = try sizes(of: images.map(\.entry), context)
    for (entry, sample) in images {
      switch sizes[entry.digest] {
      case .success(let size)?:
        tables.add(sample, from: entry.path)
        tables.add(entry, width: size.width, height: size.height)
      case .failure(let problem)?: tables.reject(entry.path, problem.reason)
      case nil: continue
      }
    }
    try tables.write(context, expected: layout)
  }

  private struct Size: Sendable {
    var width: Int
    var height: Int
  }

  /// The size of each distinct content, or why it is not an image.
  ///
  /// Each content is decoded once, however many files have it. At most as many files as there are
  /// threads are in memory at a time.
  private func sizes(
    of entries: [LocationSnapshot.Entry], _ context: StageContext
  ) throws -> [Digest: Result<Size, ImageError>] {
    var seen: Set<Digest> = []
    let digests = entries.map(\.digest).filter { seen.insert($0).inserted }
    var sizes: [Digest: Result<Size, ImageError>] = [:]
    let originals = context.originals
    for start in stride(from: 0, to: digests.count, by: Self.chunk) {
      let chunk = Array(digests[start..<min(start + Self.chunk, digests.count)])
      let results = try Parallel.map(chunk.count, threads: context.threads) { index in
        let bytes = try originals.read(chunk[index])
        return Result<Size, ImageError> { () throws(ImageError) in
          let image = try ImageCodec.decode(bytes)
          return Size(width: image.width, height: image.height)
        }
      }
      for (digest, result) in zip(chunk, results) { sizes[digest] = result }
      context.events.progress(StageProgress(start + chunk.count, of: digests.count, "images"))
    }
    return sizes
  }

  /// The number of files between two progress reports.
  private static let chunk = 256

  /// The extensions of image files that are read, in lower case.
  static let imageExtensions: Set = ["bmp", "jpg", "jpeg", "png", "tif", "tiff"]

  /// The roles of files in class folders: the innermost folder whose folded name is in `classes`
  /// gives the label; outer folders are ignored.
  static func roles(
    _ files: IngestFiles, classes: [String: String],
    _ role: (_ path: [String], _ label: String) -> FileRole = { .sample(nativeLabel: $1) }
  ) -> [FileRole] {
    files.paths.map { path in
      if let reason = clutter(path) { return .rejected(reason) }
      let parts = path.pathParts
      let labels = parts.dropLast().compactMap { classes[LabelMap.folded($0)] }
      guard let label = labels.last else { return .rejected("not below a folder of a class") }
      guard imageExtensions.contains(path.pathExtension) else {
        return .rejected("not an image file: its name ends in '\(path.pathExtension)'")
      }
      return role(parts, label)
    }
  }

  /// The reason to ignore a hidden file or one left by a file manager or archiver; otherwise `nil`.
  static func clutter(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    if parts.contains(where: { $0.hasPrefix(".") }) { return "hidden file, ignored" }
    if parts.contains("__MACOSX") { return "created by an archiver, ignored" }
    let name = parts.last?.lowercased() ?? ""
    return ["thumbs.db", "desktop.ini"].contains(name)
      ? "created by a file manager, ignored" : nil
  }
}

/// The tables that an ingest stage fills and writes.
struct IngestTables {
  /// A file without a sample of its own.
  private struct LeftOut {
    let path: String
    let reason: String
    /// The file with the same content and label that is kept.
    var sameAs: String?
  }

  private var samples: [Sample] = []
  private var files: [[String]] = []
  private var leftOut: [LeftOut] = []
  /// The first file of each sample.
  private var firstFiles: [Sample: String] = [:]

  /// Adds a sample; a file with the content and label of an earlier one is only listed as merged.
  mutating func add(_ sample: Sample, from path: String) {
    if let first = firstFiles[sample] {
      leftOut.append(
        LeftOut(path: path, reason: "same content and label as another file", sameAs: first))
    } else {
      firstFiles[sample] = path
      samples.append(sample)
    }
  }

  /// Adds a file that was read.
  mutating func add(_ entry: LocationSnapshot.Entry, width: Int, height: Int) {
    files.append([
      entry.digest.hex, entry.path, String(entry.size), String(width), String(height),
    ])
  }

  /// Adds a file that was left out.
  mutating func reject(_ path: String, _ reason: String) {
    leftOut.append(LeftOut(path: path, reason: reason))
  }

  /// Writes samples.csv, files.csv and rejected.csv and reports counts.
  ///
  /// Every file is a sample, merged with one of the same content and label, or rejected. Throws if
  /// there are no samples.
  func write(_ context: StageContext, expected layout: String) throws(StageError) {
    let table = SampleTable(samples: samples)
    let leftOut = leftOut.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let merged = leftOut.count { $0.sameAs != nil }
    guard !table.samples.isEmpty else {
      let found = leftOut.first.map {
        "; the first of \(leftOut.count) files: \($0.path): \($0.reason)"
      }
      throw StageError(
        "no sample below the root" + (found ?? ", which contains no files"),
        hint: "expected " + layout)
    }
    try table.write(to: context.output("samples"))
    let files = files.sorted { $0[1].utf8.lexicographicallyPrecedes($1[1].utf8) }
    try writeFile(
      CSVTable(columns: ["id", "path", "bytes", "width", "height"], rows: files).bytes,
      context.output("files") + "/files.csv")
    try writeFile(
      CSVTable(
        columns: ["path", LeftOutFormat.reasonColumn] + (merged > 0 ? ["same_as"] : []),
        rows: leftOut.map { [$0.path, $0.reason] + (merged > 0 ? [$0.sameAs ?? ""] : []) }
      ).bytes,
      context.output("rejected") + "/" + LeftOutFormat.rejected)
    let distinct = Set(table.samples.map(\.id)).count
    context.events.metric(StageMetric("files", Double(files.count)))
    context.events.metric(StageMetric("samples", Double(distinct)))
    context.events.metric(StageMetric("rejected", Double(leftOut.count - merged)))
    context.events.metric(StageMetric("merged", Double(merged)))
    for (label, count) in table.counts {
      context.events.metric(StageMetric("samples/\(label)", Double(count)))
    }
    if table.samples.count > distinct {
      context.events.warn(
        "\(table.samples.count - distinct) of \(table.samples.count) samples have the same content as a "
          + "sample with another label or group; 'harmonise-labels' keeps one sample per id")
    }
    for (reason, count) in Self.tally(leftOut.map(\.reason)).prefix(10) {
      context.events.warn("\(count) left out: \(reason)")
    }
  }

  private static func tally(_ reasons: [String]) -> [(reason: String, count: Int)] {
    Dictionary(grouping: reasons) { $0 }.map { ($0.key, $0.value.count) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}

/// The parameters of ingest kinds that have no options of their own.
struct RootParameters: StageParameters {
  var root = Location("")

  static let fields: [ParameterField<Self>] = [
    .init("root", \.root, required: true, "folder of the data set, or its parent")
  ]
}

extension String {
  /// The extension after the last dot, in lower case; empty without a dot.
  var pathExtension: String {
    let name = split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The path components, of which the last is the file name.
  var pathParts: [String] { split(separator: "/").map(String.init) }
}
