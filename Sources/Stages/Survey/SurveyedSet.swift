public import PipelineDSL

/// A data set found in a folder, compared with what is published.
public struct SurveyedSet: Sendable {
  /// The images of a class, in a section of the set if it has sections.
  public struct Count: Sendable, Hashable {
    /// The section, such as `Train`; empty if the set has none.
    public let section: String
    /// The native label; `nil` for the total of a section or set with no published counts per
    /// class.
    public let label: String?
    /// The number of images found.
    public let found: Int
    /// The number of images in the published set; `nil` if it is unknown.
    public let published: Int?
  }

  /// The common name.
  public let name: String
  /// The folder to use as root: the surveyed one, or one below it.
  public let folder: String
  /// The stage kind that ingests it.
  public let kind: String
  /// The stage's parameters, including the root.
  public let parameters: JSONObject
  /// A name for the stage.
  public internal(set) var stage: String
  /// The number of files that belong to it, usable or not.
  public let files: Int
  /// Images per section and class.
  public let counts: [Count]
  /// The native labels of its samples, sorted; the published ones if an archive was not opened.
  public let labels: [String]
  /// What is wrong, one sentence each.
  public let problems: [String]
  /// What users should know, one sentence each.
  public let notes: [String]

  /// The number of images found.
  public var images: Int { counts.reduce(0) { $0 + $1.found } }

  /// The stage as written in a pipeline.
  public var line: JSONValue { ["uses": .string(kind), "with": .object(parameters)] }

  /// The set as JSON.
  public var json: JSONValue {
    [
      "name": .string(name), "folder": .string(folder), "stage": .string(stage),
      "files": .integer(files), "images": .integer(images),
      "counts": .array(
        counts.map {
          [
            "section": .string($0.section), "label": $0.label.map(JSONValue.string) ?? .null,
            "found": .integer($0.found), "published": $0.published.map(JSONValue.integer) ?? .null,
          ]
        }),
      "problems": .array(problems.map(JSONValue.string)),
      "notes": .array(notes.map(JSONValue.string)),
    ]
  }
}
