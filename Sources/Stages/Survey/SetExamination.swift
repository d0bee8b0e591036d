internal import Foundation
internal import Imaging
internal import PipelineDSL

/// Examines the files of one set and compares them with what is published.
struct SetExamination {
  private let found: DatasetClaims.Found
  private let listing: FolderListing
  private let threads: Int
  /// The set's files below its root.
  private let paths: [String]
  private var probes: [FileProbe] = []
  private var reading = SetReading([])
  private var counts: [SurveyedSet.Count] = []
  private var problems: [String] = []
  private var notes: [String] = []

  private var facts: DatasetFacts { found.facts }

  init(_ found: DatasetClaims.Found, _ listing: FolderListing, threads: Int) {
    (self.found, self.listing, self.threads) = (found, listing, threads)
    let prefix = found.root.map { $0 + "/" }.joined()
    paths = found.files.map { String(listing.paths[$0].dropFirst(prefix.count)) }
  }

  /// Examines the set.
  mutating func result() -> SurveyedSet {
    probe()
    do throws(StageError) {
      reading = try facts.read(files(paths), probes.map(\.size))
      count()
      checkImages()
      checkRejected()
      checkNumbers()
      noteDuplicates()
      checkRoot()
    } catch {
      problems.append(error.description)
    }
    if let caution = facts.caution { notes.append(caution) }
    var parameters: JSONObject = ["root": .string(place)]
    for member in facts.parameters.members { parameters[member.name] = member.value }
    return SurveyedSet(
      name: facts.name, folder: place, kind: facts.kind, parameters: parameters,
      stage: facts.source, files: paths.count, counts: counts, labels: labels, problems: problems,
      notes: notes)
  }

  private var labels: [String] {
    let known =
      reading.isPartial ? facts.counts.compactMap(\.label) : reading.samples.map(\.label)
    return Set(known).sorted()
  }

  private var place: String { ([listing.root] + found.root).joined(separator: "/") }

  private func files(_ paths: [String]) -> IngestFiles {
    let folder = place
    return IngestFiles(paths) { (index) throws(StageError) in
      guard let data = FileManager.default.contents(atPath: folder + "/" + paths[index]) else {
        throw StageError("\(paths[index]): cannot be read")
      }
      return [UInt8](data)
    }
  }

  private mutating func probe() {
    let (folder, paths) = (place, paths)
    // The body never throws.
    probes =
      (try? Parallel.map(paths.count, threads: threads) { index in
        FileProbe(folder + "/" + paths[index], image: DatasetFacts.isImage(paths[index]))
      }) ?? []
  }

  // MARK: Counts

  private struct Cell: Hashable {
    var section: String
    var label: String
  }

  private mutating func count() {
    var tally: [Cell: Int] = [:]
    var sections: [String: Int] = [:]
    for sample in reading.samples {
      let section = section(of: sample)
      tally[Cell(section: section, label: sample.label), default: 0] += 1
      sections[section, default: 0] += 1
    }
    for known in facts.counts where known.label == nil {
      let sum = sections.removeValue(forKey: known.section) ?? 0
      counts.append(
        .init(
          section: known.section, label: nil, found: sum,
          published: reading.isPartial ? nil : known.images))
      tally = tally.filter { $0.key.section != known.section }
    }
    for known in facts.counts {
      guard let label = known.label, sections[known.section] != nil else { continue }
      let sum = tally.removeValue(forKey: Cell(section: known.section, label: label)) ?? 0
      counts.append(
        .init(section: known.section, label: label, found: sum, published: known.images))
    }
    let published = Set(facts.counts.filter { $0.label != nil }.map(\.section))
    for (cell, sum) in tally.sorted(by: {
      ($0.key.section, $0.key.label) < ($1.key.section, $1.key.label)
    }) {
      counts.append(
        .init(
          section: cell.section, label: cell.label, found: sum,
          published: published.contains(cell.section) ? 0 : nil))
    }
    checkCounts(absent: published.subtracting(sections.keys))
  }

  private func section(of sample: SetReading.Sample) -> String {
    facts.section(paths[sample.file].pathParts.dropLast(), sample.part)
  }

  private mutating func checkCounts(absent: Set<String>) {
    let pairs = counts.compactMap { count in count.published.map { (count.found, $0) } }
    let missing = pairs.reduce(0) { $0 + max(0, $1.1 - $1.0) }
    let extra = pairs.reduce(0) { $0 + max(0, $1.0 - $1.1) }
    let whole = pairs.reduce(0) { $0 + $1.1 }
    if missing > 0 { problems.append("\(missing) of \(whole) published images are missing") }
    if extra > 0 { problems.append("\(extra) more images than published") }
    if reading.samples.isEmpty, !reading.isPartial {
      problems.append("none of its images can be used; expected \(facts.layout)")
    }
    for section in absent.sorted() where !section.isEmpty { notes.append("\(section) is not here") }
    if reading.isPartial { notes.append("a large archive was not opened; ingest reads it") }
    if let groups = facts.groups {
      let sum = Set(reading.samples.map(\.group)).subtracting([""]).count
      if sum != groups.count {
        problems.append("\(sum) \(groups.word), but \(groups.count) are published")
      }
    }
  }

  // MARK: Files

  private mutating func checkImages() {
    let used = Set(reading.samples.map(\.file))
    let bad = used.sorted().compactMap { index in
      probes[index].problem.map { (index, $0) }
    }
    for (reason, files) in Self.grouped(bad) {
      problems.append("\(Self.images(files.count)): \(reason): \(names(files))")
    }
  }

  private static func sets(_ count: Int) -> String { count == 1 ? "1 set" : "\(count) sets" }

  private static func images(_ count: Int) -> String { count == 1 ? "1 image" : "\(count) images" }

  /// Images left out are a problem unless the published set has such images; other files are not.
  private mutating func checkRejected() {
    for (reason, files) in Self.grouped(reading.rejected.map { ($0.file, $0.reason) }) {
      let isWrong =
        Ingest.clutter(paths[files[0]]) == nil
        && files.contains { DatasetFacts.isImage(paths[$0]) }
        && !facts.expectedReasons.contains { reason.hasPrefix($0) }
      let sentence = "\(files.count) left out: \(reason): \(names(files))"
      if isWrong { problems.append(sentence) } else { notes.append(sentence) }
    }
  }

  /// Reasons with their files, sorted by the number of files.
  private static func grouped(_ reasons: [(Int, String)]) -> [(reason: String, files: [Int])] {
    Dictionary(grouping: reasons) { $0.1 }.map { ($0.key, $0.value.map(\.0)) }
      .sorted { ($1.1.count, $0.0) < ($0.1.count, $1.0) }
  }

  private func names(_ files: [Int]) -> String {
    let shown = files.prefix(3).map { paths[$0] }.joined(separator: ", ")
    return files.count > 3 ? shown + " and \(files.count - 3) more" : shown
  }

  /// Reports numbers in the published set's numbering that are missing from this copy.
  private mutating func checkNumbers() {
    guard facts.numbering != .none else { return }
    var numbers: [String: Set<Int>] = [:]
    for sample in reading.samples {
      guard let key = numbered(section(of: sample), sample.label),
        let number = Self.number(paths[sample.file].pathParts.last ?? "")
      else { continue }
      numbers[key, default: []].insert(number)
    }
    var ends: [String: Int] = [:]
    for known in facts.counts {
      guard let key = numbered(known.section, known.label ?? "") else { continue }
      ends[key, default: 0] += known.images
    }
    for (key, here) in numbers.sorted(by: { $0.key < $1.key }) {
      // For a small part of the set the total is enough.
      guard let end = ends[key], 2 * here.count >= end else { continue }
      let gaps = Self.ranges((1...end).filter { !here.contains($0) })
      guard !gaps.isEmpty else { continue }
      let shown = gaps.prefix(6).joined(separator: ", ")
      let more = gaps.count > 6 ? " and \(gaps.count - 6) more gaps" : ""
      problems.append("numbers missing\(key.isEmpty ? "" : " in \(key)"): \(shown)\(more)")
    }
  }

  private func numbered(_ section: String, _ label: String) -> String? {
    switch facts.numbering {
    case .none: nil
    case .byLabel: label
    case .bySection(let sections): sections.contains(section) ? section : nil
    }
  }

  /// The first number in a name.
  private static func number(_ name: String) -> Int? {
    let digits = name.utf8.drop { !(48...57).contains($0) }.prefix { (48...57).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private static func ranges(_ numbers: [Int]) -> [String] {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  }

  // MARK: Duplicates

  /// The maximum number of bytes to read in the search for duplicates.
  private static let readLimit = 256 << 20

  /// Notes files with equal bytes; only those equal in size, head, middle and tail are read whole.
  private mutating func noteDuplicates() {
    let labels = Dictionary(reading.samples.map { ($0.file, $0.label) }) { first, _ in first }
    let alike = Dictionary(grouping: labels.keys.sorted()) { probes[$0].fingerprint }.values
      .filter { $0.count > 1 && probes[$0[0]].size > 0 }
    let bytes = alike.reduce(0) { $0 + $1.reduce(0) { $0 + probes[$1].size } }
    guard bytes <= Self.readLimit else {
      return notes.append("duplicate files were not searched: too many have the same size")
    }
    var equal: [[Int]] = []
    for files in alike {
      let digests = Dictionary(grouping: files) { index in
        FileManager.default.contents(atPath: place + "/" + paths[index]).map(Digest.of)
      }
      equal += digests.filter { $0.key != nil && $0.value.count > 1 }.map(\.value)
    }
    guard !equal.isEmpty else { return }
    equal.sort { $0[0] < $1[0] }
    let torn = equal.filter { Set($0.map { labels[$0] }).count > 1 }
    var sentence =
      "the same bytes in several files, \(Self.sets(equal.count)) of them; 'harmonise-labels' keeps "
      + "one: \(names(equal[0]))"
    if let first = torn.first {
      sentence += "; \(Self.sets(torn.count)) under several labels, of which none is kept: "
      sentence += names(first)
    }
    notes.append(sentence)
  }

  // MARK: The root

  /// Reports whether the ingest would also read files of other sets below the same root.
  private mutating func checkRoot() {
    let prefix = found.root.map { $0 + "/" }.joined()
    let own = Set(paths)
    let below = listing.paths.filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    guard below.count > own.count else { return }
    let all: SetReading
    do {
      all = try facts.read(files(below), [Int](repeating: 0, count: below.count))
    } catch {
      return problems.append("\(error); give the set a folder of its own")
    }
    let others = Set(all.samples.map { below[$0.file] }).subtracting(own).sorted()
    guard let first = others.first else { return }
    problems.append(
      "\(facts.kind) at this root would also take \(others.count) files of other sets, such as "
        + "\(first): give the set a folder of its own")
  }
}
