internal import PipelineDSL

/// Assigns files to data sets.
///
/// A file is claimed by the first set that its folders and name match. The set's root is above the
/// run of folders that belong to it. An unclaimed file goes to the set in the same folder, or
/// to the one with the nearest root above; any that remain go to a manifest above, count as class
/// folders, or stay unknown.
struct DatasetClaims {
  /// A set at a location, given by the folders of its root.
  struct Place: Hashable {
    let set: Int
    let root: [String]
  }

  /// A set that was found, with its files.
  struct Found {
    let facts: DatasetFacts
    /// The folders on the path to its root.
    let root: [String]
    /// Indices of its files, ascending.
    var files: [Int]
  }

  /// The maximum depth of a set's root.
  static let deepest = 3

  private(set) var found: [Found] = []
  /// Indices of files that belong to no set.
  private(set) var unknown: [Int] = []

  private let parts: [[String]]
  private let facts = DatasetFacts.all + [DatasetFacts.manifest, DatasetFacts.imageFolder]
  /// For each folder and set, the length of the root and the folded name of the class folder.
  private var roots: [[String]: [Int: (length: Int, label: String)]] = [:]

  /// Assigns files, given by their paths.
  init(_ paths: [String]) {
    parts = paths.map(\.pathParts)
    var claims = claimed(paths)
    adopt(&claims, paths)
    var files: [Place: [Int]] = [:]
    for (index, place) in claims.enumerated() {
      if let place { files[place, default: []].append(index) } else { unknown.append(index) }
    }
    found = files.map { Found(facts: facts[$0.set], root: $0.root, files: $1) }
      .sorted {
        $0.root == $1.root
          ? $0.facts.name < $1.facts.name : $0.root.lexicographicallyPrecedes($1.root)
      }
  }

  // MARK: Claims by folder and name

  /// Claims by sets that accept their classes; files of a set that does not go to the next set.
  private mutating func claimed(_ paths: [String]) -> [Place?] {
    let shapes = parts.map { Self.shape($0.last ?? "") }
    var claims = [Place?](repeating: nil, count: paths.count)
    var refused: Set<Place> = []
    var open = paths.indices.filter { Ingest.clutter(paths[$0]) == nil }
    while !open.isEmpty {
      var classes: [Place: Set<String>] = [:]
      for index in open {
        guard let (place, label) = claim(parts[index], shapes[index], refused) else { continue }
        claims[index] = place
        classes[place, default: []].insert(label)
      }
      let wrong = classes.filter { !facts[$0.key.set].accepts($0.value) }.map(\.key)
      guard !wrong.isEmpty else { break }
      refused.formUnion(wrong)
      open = open.filter { claims[$0].map(refused.contains) == true }
      for index in open { claims[index] = nil }
    }
    return claims
  }

  private mutating func claim(
    _ path: [String], _ shape: String, _ refused: Set<Place>
  ) -> (Place, label: String)? {
    let folder = Array(path.dropLast())
    let known = roots[folder] ?? Self.roots(of: folder)
    roots[folder] = known
    for index in DatasetFacts.all.indices {
      guard let (length, label) = known[index] else { continue }
      let place = Place(set: index, root: Array(folder.prefix(length)))
      if !refused.contains(place), DatasetFacts.all[index].owns(path, shape) {
        return (place, label)
      }
    }
    return nil
  }

  /// For each set that a folder may belong to, the number of folders in its root.
  private static func roots(of folder: [String]) -> [Int: (length: Int, label: String)] {
    let folded = folder.map(LabelMap.folded)
    var roots: [Int: (length: Int, label: String)] = [:]
    for (index, facts) in DatasetFacts.all.enumerated() {
      var (start, end) = (folded.count, folded.count)
      if let last = folded.lastIndex(where: facts.folders.contains) {
        (start, end) = (last, last + 1)
        while start > 0, facts.folders.contains(folded[start - 1]) { start -= 1 }
      }
      let run = folded[start..<end]
      guard start <= deepest, facts.needed.isEmpty || !facts.needed.isDisjoint(with: run) else {
        continue
      }
      roots[index] = (start, run.last ?? "")
    }
    return roots
  }

  /// A file's name in lower case, with each number replaced by 9.
  static func shape(_ name: String) -> String {
    var shape: [UInt8] = []
    for byte in name.lowercased().utf8 {
      let isDigit = (48...57).contains(byte)
      if !isDigit || shape.last != 57 { shape.append(isDigit ? 57 : byte) }
    }
    return String(decoding: shape, as: UTF8.self)
  }

  // MARK: Unclaimed files

  private func adopt(_ claims: inout [Place?], _ paths: [String]) {
    var byFolder: [[String]: Place] = [:]
    var byRoot: [[String]: [Int]] = [:]
    for (index, place) in claims.enumerated() {
      guard let place else { continue }
      let folder = Array(parts[index].dropLast())
      byFolder[folder] = byFolder[folder].map { $0.set <= place.set ? $0 : place } ?? place
      if byRoot[place.root]?.contains(place.set) != true {
        byRoot[place.root, default: []].append(place.set)
      }
    }
    let generic = generic(claims, paths, known: Set(byFolder.keys))
    // A set at the top folder owns unclaimed files below it only if it is the only set.
    let isAlone = byRoot.count == 1 && generic.isEmpty
    for index in claims.indices where claims[index] == nil {
      let folder = Array(parts[index].dropLast())
      var above = folder
      while byRoot[above] == nil, above.count > (isAlone ? 0 : 1) { above.removeLast() }
      let adopter = byRoot[above].map { Place(set: nearest($0, folder), root: above) }
      claims[index] = byFolder[folder] ?? generic[folder] ?? adopter
    }
  }

  /// Of sets that share a root, the one that lists the folder by name, else the first.
  private func nearest(_ sets: [Int], _ folder: [String]) -> Int {
    let name = LabelMap.folded(folder.last ?? "")
    let sorted = sets.sorted()
    return sorted.first { facts[$0].folders.contains(name) } ?? sorted[0]
  }

  /// Image folders of no named set: below a manifest, or class folders side by side.
  private func generic(
    _ claims: [Place?], _ paths: [String], known: Set<[String]>
  ) -> [[String]: Place] {
    let (manifest, images) = (DatasetFacts.all.count, DatasetFacts.all.count + 1)
    var tables: Set<[String]> = []
    var folders: Set<[String]> = []
    let masks = Set(parts.filter { $0.last == NucleusMasks.list }.map { Array($0.dropLast()) })
    for (index, path) in paths.enumerated() where claims[index] == nil {
      let folder = Array(parts[index].dropLast())
      if parts[index].last == "manifest.csv" { tables.insert(folder) }
      let isMask = (0...folder.count).contains { masks.contains(Array(folder.prefix($0))) }
      if DatasetFacts.isImage(path), Ingest.clutter(path) == nil, !known.contains(folder), !isMask {
        folders.insert(folder)
      }
    }
    var places: [[String]: Place] = [:]
    for table in tables where table.count <= Self.deepest {
      places[table] = Place(set: manifest, root: table)
    }
    var classes: [[String]: [[String]]] = [:]
    for folder in folders {
      let lengths = (0...min(folder.count, Self.deepest)).reversed()
      if let length = lengths.first(where: { tables.contains(Array(folder.prefix($0))) }) {
        places[folder] = Place(set: manifest, root: Array(folder.prefix(length)))
      } else if !folder.isEmpty, folder.count <= Self.deepest + 1 {
        classes[Array(folder.dropLast()), default: []].append(folder)
      }
    }
    for (root, folders) in classes where folders.count > 1 {
      for folder in folders { places[folder] = Place(set: images, root: root) }
    }
    return places
  }
}
