internal import Foundation
internal import PipelineDSL
internal import Statistics

/// What a conformal model adds to another one: the thresholds of its prediction sets.
struct ConformalRule: Sendable, Hashable {
  /// The scores, as named in a pipeline and in `model.json`.
  enum Method: String, ParameterChoice { case lac, aps, raps }

  /// What a threshold is for, as named in a pipeline and in `model.json`.
  enum Condition: String, ParameterChoice {
    case none
    /// Each class has a threshold, for itself (Mondrian: Vovk, Gammerman and Shafer 2005).
    case byClass = "class"
    /// Each source has a threshold, for all classes.
    case source
  }

  /// How scores are computed.
  struct Settings: Sendable, Hashable {
    var method: Method
    /// The penalty of `raps` for each rank beyond `rank`.
    var penalty: Double
    /// The rank up to which `raps` has no penalty.
    var rank: Int
    /// Whether a draw decides on the last class of a set.
    var randomised: Bool
  }

  /// The sets of one level.
  struct Level: Sendable, Hashable {
    /// The rate at which sets may miss the true class.
    var level: Double
    /// The thresholds by class or source; the only one is that of the empty name.
    var thresholds: [String: Double]
  }

  /// The flag of classes that must not be missed.
  struct Flag: Sendable, Hashable {
    var classes: [String]
    /// The expected rate of samples of these classes that are not flagged.
    var level: Double
    /// The sum of probabilities from which an image is flagged.
    var threshold: Double
  }

  let settings: Settings
  /// The seed of the draws; 0 for methods that draw nothing.
  let seed: UInt64
  let condition: Condition
  /// The class names of the model.
  let classes: [String]
  let levels: [Level]
  let flag: Flag?

  /// The scores of all classes for a row of logits of the sample with an id.
  ///
  /// The draw depends only on the seed and the id.
  func scores(_ logits: [Float], id: String) -> [Double] {
    let scores: ConformalScores =
      switch settings.method {
      case .lac: .init(.lac)
      case .aps: .init(.aps)
      case .raps: .init(.raps(penalty: settings.penalty, rank: settings.rank))
      }
    guard settings.randomised else { return scores.values(Self.shares(logits)) }
    var stream = RandomStream(seed: seed, kind: Conformal.name, sample: id, purpose: "set")
    return scores.values(Self.shares(logits), draw: stream.uniform())
  }

  /// The indices of the classes in the set of a level.
  ///
  /// A source that has no threshold gets the largest one, which is safe for all known sources.
  func set(_ scores: [Double], _ level: Level, source: String?) -> [Int] {
    let largest = level.thresholds.values.max() ?? .infinity
    return scores.indices.filter { label in
      let threshold: Double? =
        switch condition {
        case .none: largest
        case .byClass: level.thresholds[classes[label]]
        case .source: source.flatMap { level.thresholds[$0] } ?? largest
        }
      return scores[label] <= threshold ?? .infinity
    }
  }

  /// The sum of the probabilities of some classes.
  static func share(of names: [String], _ classes: [String], _ logits: [Float]) -> Double {
    let shares = shares(logits)
    let sum = classes.indices.reduce(0.0) { names.contains(classes[$1]) ? $0 + shares[$1] : $0 }
    return StableNumber.rounded(sum)
  }

  /// Whether an image is flagged; `nil` without classes that must not be missed.
  func isFlagged(_ logits: [Float]) -> Bool? {
    flag.map { Self.share(of: $0.classes, classes, logits) >= $0.threshold }
  }

  private static func shares(_ logits: [Float]) -> [Double] {
    LogSoftmax.values(logits.map { Double($0) }).map { StableNumber.rounded(exp($0)) }
  }

  // MARK: Text

  /// A level as text: 0.1.
  static func text(_ level: Double) -> String { JSONCanonicalForm.text(of: level) }

  /// The columns with which predictions show sets: `set_0.1` per level, and `flagged`.
  var columns: [String] {
    levels.map { "set_" + Self.text($0.level) } + (flag == nil ? [] : ["flagged"])
  }

  /// The fields of these columns: the labels of each set joined by `|`, and yes or no.
  func fields(_ logits: [Float], id: String) -> [String] {
    let scores = scores(logits, id: id)
    let sets = levels.map { text(of: set(scores, $0, source: nil)) }
    return sets + (isFlagged(logits).map { [$0 ? "yes" : "no"] } ?? [])
  }

  /// The labels of a set, joined by `|`.
  func text(of set: [Int]) -> String { set.map { classes[$0] }.joined(separator: "|") }
}
