public import PipelineDSL

/// A data set that was found in a folder: what it holds against what is published, and what is wrong.
public struct SurveyedSet: Sendable {
  /// The images of a class, in a section of the set if it has any.
  public struct Count: Sendable, Hashable {
    /// Such as `Train`; empty where the set has no sections.
    public let section: String
    /// The native label; `nil` for the sum of a section or set of which no more is published.
    public let label: String?
    /// Images that are here.
    public let found: Int
    /// Images of the published set; `nil` where no number is known.
    public let published: Int?
  }

  /// The name that people use.
  public let name: String
  /// The folder to set as root: the surveyed one, or one below it.
  public let folder: String
  /// The stage kind that ingests it.
  public let kind: String
  /// The stage's parameters, root included.
  public let parameters: JSONObject
  /// A name for the stage.
  public internal(set) var stage: String
  /// Files that belong to it, of any use.
  public let files: Int
  /// Images by section and class.
  public let counts: [Count]
  /// What is wrong, a sentence each.
  public let problems: [String]
  /// What is worth knowing, a sentence each.
  public let notes: [String]

  /// Images that are here.
  public var images: Int { counts.reduce(0) { $0 + $1.found } }

  /// The stage in a pipeline's own words.
  public var line: JSONValue { ["uses": .string(kind), "with": .object(parameters)] }

  /// The facts as JSON.
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
