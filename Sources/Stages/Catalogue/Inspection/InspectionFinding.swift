internal import PipelineDSL

/// A problem of a data set: what was found, how bad it is, where, and what removes it.
struct InspectionFinding: Sendable {
  /// The kinds of problems; raw values are the names in tables, metrics and checks.
  enum Kind: String, CaseIterable, Sendable {
    case exactDuplicate = "exact-duplicate"
    case exactDuplicateAcrossParts = "exact-duplicate-across-parts"
    case nearDuplicate = "near-duplicate"
    case nearDuplicateAcrossParts = "near-duplicate-across-parts"
    case sameCell = "same-cell"
    case sameCellAcrossParts = "same-cell-across-parts"
    case labelConflict = "label-conflict"
    case groupStraddle = "group-straddle"
    case stainShortcut = "stain-shortcut"
    case borderShortcut = "border-shortcut"
    case jpegShortcut = "jpeg-shortcut"
    case sizeShortcut = "size-shortcut"
    case sourceLabel = "source-label"
    case sourcePart = "source-part"
    case labelPart = "label-part"
    case outlier
  }

  /// How bad a finding is.
  enum Severity: String, CaseIterable, Sendable {
    /// Scores will be wrong.
    case error
    /// Scores may be wrong, or will be if nothing is done.
    case warning
    /// Good to know.
    case note
  }

  /// A sample that belongs to a finding.
  struct Member: Sendable, Hashable {
    var id: String
    var source: String
    var label: String
    var group: String
    var part: Part?
    /// The set of samples that belong together, from 1; 0 if there are no sets.
    var set = 0
    /// What was found about this sample.
    var note = ""
  }

  var kind: Kind
  var severity: Severity
  /// The sources, or the images, that it is about.
  var scope: String
  /// Sets of duplicates, groups, samples or classes, depending on the kind.
  var count: Int
  /// The measure that the finding rests on, from 0 to 1, with its interval, if there is one.
  var value: Double?
  var low: Double?
  var high: Double?
  /// The parameter that removes it.
  var remedy: String
  /// One sentence for people.
  var detail: String
  /// The samples, in order.
  var members: [Member]

  /// Findings are listed by kind, then by scope.
  static func precedes(_ left: InspectionFinding, _ right: InspectionFinding) -> Bool {
    let order = Kind.allCases
    let (one, other) = (order.firstIndex(of: left.kind) ?? 0, order.firstIndex(of: right.kind) ?? 0)
    return one != other ? one < other : left.scope < right.scope
  }
}
