internal import Imaging
public import PipelineDSL

/// The known data sets in a folder, complete or not, and how a pipeline would ingest them.
///
/// Files are listed and their first, middle and last bytes read; no image is decoded.
public struct DataSurvey: Sendable {
  /// Files that belong to no set, grouped by folder.
  public struct Unknown: Sendable, Hashable {
    /// The folder below the surveyed one; empty for the surveyed folder itself.
    public let folder: String
    /// The number of files.
    public let files: Int
    /// The first file by name.
    public let first: String
  }

  /// The surveyed folder, as given.
  public let folder: String
  /// The number of regular files below it.
  public let files: Int
  /// The sets, ordered by folder.
  public let sets: [SurveyedSet]
  /// Files that belong to no set.
  public let unknown: [Unknown]
  /// What could not be listed or followed, one sentence each.
  public let problems: [String]

  /// Whether there is a set and no set has a problem.
  public var isSound: Bool {
    problems.isEmpty && !sets.isEmpty && sets.allSatisfy(\.problems.isEmpty)
  }

  /// Surveys a folder on the given number of threads; throws if it is missing or not a folder.
  public init(of folder: String, threads: Int) throws(StageError) {
    let listing = try FolderListing(folder)
    let claims = DatasetClaims(listing.paths)
    (self.folder, files) = (folder, listing.paths.count)
    problems = listing.problems.map { "\($0.path): \($0.reason)" }
    var names: [String: Int] = [:]
    sets = claims.found.map { found in
      var examination = SetExamination(found, listing, threads: threads)
      var set = examination.result()
      names[set.stage, default: 0] += 1
      if let count = names[set.stage], count > 1 { set.stage += "-\(count)" }
      return set
    }
    let strangers = claims.unknown.map { listing.paths[$0] }
    unknown = Dictionary(grouping: strangers) {
      $0.pathParts.dropLast().joined(separator: "/")
    }.map { Unknown(folder: $0, files: $1.count, first: $1[0].pathParts.last ?? "") }
      .sorted { $0.folder < $1.folder }
  }

  /// The stages that would ingest the sets, by name: members of a pipeline's `stages`.
  ///
  /// Sets that one stage reads, such as both parts of ALL-IDB below one root, share that stage.
  public var stages: JSONObject { Self.stages(of: sets) }

  /// The stages that would ingest some sets.
  static func stages(of sets: [SurveyedSet]) -> JSONObject {
    var stages = JSONObject()
    for set in sets where !stages.members.contains(where: { $0.value == set.line }) {
      stages[set.stage] = set.line
    }
    return stages
  }

  /// The survey as JSON.
  public var json: JSONValue {
    [
      "folder": .string(folder), "files": .integer(files), "sound": .bool(isSound),
      "sets": .array(sets.map(\.json)),
      "unknown": .array(
        unknown.map {
          [
            "folder": .string($0.folder), "files": .integer($0.files), "first": .string($0.first),
          ]
        }),
      "problems": .array(problems.map(JSONValue.string)), "stages": .object(stages),
    ]
  }
}
