internal import PipelineDSL

/// What is published about a data set, and how to recognise its files.
struct DatasetFacts: Sendable {
  /// The number of images of a class in the published set.
  struct Count: Sendable, Hashable {
    /// The section of the set, such as `Train`; empty if it has none.
    var section = ""
    /// The native label; `nil` if only the total over all labels is published.
    var label: String?
    /// Images.
    var images: Int
  }

  /// How the numbers in file names run, if they run from 1 without gaps.
  enum Numbering: Sendable, Hashable {
    case none
    /// Per class.
    case byLabel
    /// Over all images of each of these sections.
    case bySection(Set<String>)
  }

  /// The common name.
  let name: String
  /// The stage kind that ingests it.
  let kind: String
  /// The stage's parameters besides the root.
  var parameters: JSONObject = [:]
  /// The source name of its samples.
  let source: String
  /// Where it can be obtained; `nil` if no public place is known.
  var origin: String?
  /// A description of the expected files.
  let layout: String
  /// Folded names of the folders that belong to the set; its root is above a run of them.
  var folders: Set<String> = []
  /// Those of which at least one must be above a file; empty if the file's name is enough.
  var needed: Set<String> = []
  /// Whether a file below such folders belongs to this set, from the components of its path and its
  /// name with each number replaced by 9 (`uid_h9_9_9_hem.bmp`).
  var owns: @Sendable (_ path: [String], _ shape: String) -> Bool
  /// Whether class folders, by folded name, belong to this set and not to a similar one.
  var accepts: @Sendable (_ classes: Set<String>) -> Bool = { _ in true }
  /// Reads files as the ingest kind does; sizes are in bytes.
  var read: @Sendable (IngestFiles, _ sizes: [Int]) throws(StageError) -> SetReading
  /// The section of a sample.
  var section: @Sendable (_ path: [String], Part?) -> String = { _, _ in "" }
  /// The published counts; empty if there are none.
  var counts: [Count] = []
  /// The published number of groups, and the word for them.
  var groups: (word: String, count: Int)?
  /// How file names are numbered.
  var numbering = Numbering.none
  /// Prefixes of the reasons for which images of the published set are left out.
  var expectedReasons: [String] = []
  /// A caution for users of the set.
  var caution: String?

  /// Counts per class within one section.
  static func counts(_ labels: [String], _ images: [Int], section: String = "") -> [Count] {
    zip(labels, images).map { Count(section: section, label: $0, images: $1) }
  }
}

/// The result of an ingest kind for the files of a set.
struct SetReading: Sendable {
  /// A sample: the index of its file, its label, group and part.
  struct Sample: Sendable {
    var file: Int
    var label: String
    var group: String
    var part: Part?
  }

  /// The samples.
  var samples: [Sample] = []
  /// Indices of files that are left out, with reasons.
  var rejected: [(file: Int, reason: String)] = []
  /// Whether files were skipped, so that counts cannot be compared with published ones.
  var isPartial = false

  /// The reading of the given file roles; `source` keeps only the samples of one of several
  /// sources.
  init(_ roles: [FileRole], source: String? = nil) {
    for (index, role) in roles.enumerated() {
      switch role {
      case .sample(let label, let group, let part, let own):
        guard source == nil || own == nil || own == source else { continue }
        samples.append(Sample(file: index, label: label, group: group, part: part))
      case .rejected(let reason): rejected.append((index, reason))
      case .auxiliary: continue
      }
    }
  }
}
