internal import Classifiers
internal import PipelineDSL

/// The features and labels that `classify` learns from, by part.
struct ClassifyData: Sendable {
  /// The features of all samples.
  let features: FeatureSet
  /// The labels of all samples of the split, sorted.
  let classes: [String]
  /// The indices of each part's samples, ascending.
  let parts: [(part: Part, indices: [Int])]
  private let classIndex: [String: Int]

  /// Creates the data from a stage's inputs.
  ///
  /// Throws if the training set is empty, all labels are equal, or a class has no training sample.
  init(_ context: StageContext) throws(StageError) {
    features = try FeatureSet(context.input("features"))
    let split = try SplitTable(context.input("split"))
    let samples = features.samples
    let features = features
    parts = Part.allCases.map { ($0, features.indices(of: $0, in: split)) }
    classes = Set(parts.flatMap(\.indices).map { samples[$0].label }).sorted()
    classIndex = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    try LearnableLabels.check(
      samples, "sample", parts: [("training", indices(of: .train))], classes: classes)
  }

  /// The indices of a part's samples, ascending.
  func indices(of part: Part) -> [Int] { parts.first { $0.part == part }?.indices ?? [] }

  /// The rows of a part.
  func table(_ part: Part) throws(StageError) -> FeatureTable {
    let indices = indices(of: part)
    return FeatureTable(
      rows: try features.rows(indices),
      labels: indices.map { classIndex[features.samples[$0].label] ?? 0 }, width: features.width)
  }
}
