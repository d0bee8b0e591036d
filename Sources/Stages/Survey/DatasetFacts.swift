internal import PipelineDSL

/// What is published about a data set, and how to know its files when they are met.
struct DatasetFacts: Sendable {
  /// How many images a class has in the published set.
  struct Count: Sendable, Hashable {
    /// The section of the set, such as `Train`; empty where it has none.
    var section = ""
    /// The native label; `nil` where only the sum over all is published.
    var label: String?
    /// Images.
    var images: Int
  }

  /// How the numbers in file names run, where they run from 1 without gaps.
  enum Numbering: Sendable, Hashable {
    case none
    /// Through each class.
    case byLabel
    /// Through all images of these sections.
    case bySection(Set<String>)
  }

  /// The name that people use.
  let name: String
  /// The stage kind that reads it.
  let kind: String
  /// What the stage has to be told besides the root.
  var parameters: JSONObject = [:]
  /// The name under which its samples are known.
  let source: String
  /// What should be there, in words.
  let layout: String
  /// Folded names of the folders that belong to the set: its root lies above a run of them.
  var folders: Set<String> = []
  /// Those of them of which a file must lie below one; empty where the name is enough.
  var needed: Set<String> = []
  /// Whether a file below such folders is of this set: its path in parts, and its name with each
  /// number made a 9 (`uid_h9_9_9_hem.bmp`).
  var owns: @Sendable (_ path: [String], _ shape: String) -> Bool
  /// Whether class folders, by folded name, are those of this set and not of a similar one.
  var accepts: @Sendable (_ classes: Set<String>) -> Bool = { _ in true }
  /// What the ingest kind makes of files; sizes are in bytes.
  var read: @Sendable (IngestFiles, _ sizes: [Int]) throws(StageError) -> SetReading
  /// The section of a sample.
  var section: @Sendable (_ path: [String], Part?) -> String = { _, _ in "" }
  /// The published counts; empty where there are none.
  var counts: [Count] = []
  /// The published number of groups and what they are.
  var groups: (word: String, count: Int)?
  /// How file names are numbered.
  var numbering = Numbering.none
  /// Beginnings of the reasons for which images of the published set are left out.
  var expectedReasons: [String] = []
  /// What to beware of when the set is used.
  var caution: String?

  /// Counts by class without sections.
  static func counts(_ labels: [String], _ images: [Int], section: String = "") -> [Count] {
    zip(labels, images).map { Count(section: section, label: $0, images: $1) }
  }
}

/// What an ingest kind makes of the files of a set.
struct SetReading: Sendable {
  /// A sample: the position of its file, its label, group and part.
  struct Sample: Sendable {
    var file: Int
    var label: String
    var group: String
    var part: Part?
  }

  /// The samples.
  var samples: [Sample] = []
  /// Positions of files that are left out, with reasons.
  var rejected: [(file: Int, reason: String)] = []
  /// Whether there is more than was looked at, so that counts cannot be held against published ones.
  var isPartial = false

  /// The reading that file roles amount to; `source` keeps the samples of one of several sources.
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
