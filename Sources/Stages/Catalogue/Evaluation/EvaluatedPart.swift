internal import Foundation
internal import PipelineDSL

/// The samples of a part with what a classifier says of them, prepared for intervals and curves.
struct EvaluatedPart: Sendable {
  /// The part.
  let part: Part
  /// The scores without intervals.
  let report: ClassificationReport
  /// The index of the true class of each sample.
  let truths: [Int]
  /// The index of the predicted class of each sample.
  let predictions: [Int]
  /// The log odds of each class against the others, by class and sample.
  let margins: [[Double]]
  /// The groups of the samples.
  let groups: SampleGroups
  /// The source of each sample; empty if unknown.
  let sources: [String]
  /// The settings.
  let parameters: Evaluate.Parameters

  /// Prepares the samples of a part.
  ///
  /// - Precondition: Samples, truths and logits are as many as the report counts.
  init(
    _ part: Part, _ report: ClassificationReport, samples: [Sample], truths: [Int],
    logits: [[Float]], _ parameters: Evaluate.Parameters
  ) {
    precondition(samples.count == truths.count && truths.count == logits.count, "one of each")
    (self.part, self.report, self.truths) = (part, report, truths)
    predictions = logits.map(ClassificationReport.predicted)
    margins = report.classes.indices.map { index in logits.map { ROC.margin($0, of: index) } }
    groups = SampleGroups(samples.map(\.group))
    sources = samples.map(\.source)
    self.parameters = parameters
  }

  /// The number of samples.
  var count: Int { truths.count }
  /// The class names, in the model's order.
  var classes: [String] { report.classes }
  /// Whether each sample's predicted class is its true class.
  var right: [Bool] { zip(truths, predictions).map { $0 == $1 } }
  /// The margin of the predicted class of each sample, which ranks as its probability does.
  var topMargins: [Double] { predictions.enumerated().map { margins[$1][$0] } }

  /// Whether each sample belongs to a class.
  func members(_ index: Int) -> [Bool] { truths.map { $0 == index } }

  /// Writes the tables of the part and adds its rows to those of all parts; returns the metrics by name.
  func write(
    to folder: String, _ tables: inout EvaluationTables
  ) throws(StageError) -> [String: Double] {
    let (intervals, calibration, curves) = (intervals(), calibration(), curves())
    tables.add(self, intervals)
    try writeFile(report.confusionTable.bytes, folder + "/" + ConfusionFormat.file(of: part))
    try writeFile(calibration.table.bytes, folder + "/" + CalibrationFormat.file(of: part))
    for (file, table) in curves.tables { try writeFile(table.bytes, folder + "/" + file) }
    return [Self.metrics(of: intervals), calibration.metrics, curves.metrics]
      .reduce(report.metrics) { $0.merging($1) { own, _ in own } }
  }

  /// The probability that has some log odds.
  static func probability(_ margin: Double) -> Double { 1 / (1 + exp(-margin)) }

  /// A number as metrics and tables state it.
  static func text(_ value: Double?) -> String { ComparisonTable.roundedText(value) }
}
