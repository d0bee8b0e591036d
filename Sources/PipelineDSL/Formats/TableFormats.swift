// File names and columns of the tables in artifacts that more than one module reads or writes.
// Stages write them and Reports reads them; neither contains the names itself.

/// A file of comma-separated values in an artifact, with the columns that are always present.
public protocol TableFormat {
  /// The columns that are always present, in file order; raw values are the names.
  associatedtype Column: RawRepresentable<String>, CaseIterable, Sendable
  /// The name of the file in its artifact.
  static var file: String { get }
}

extension TableFormat {
  /// The names of the columns that are always present, in file order.
  public static var columns: [String] { Column.allCases.map(\.rawValue) }
}

extension CSVTable {
  /// The index of a column of a known table.
  public func column<Column: RawRepresentable<String>>(_ column: Column) throws(CSVError) -> Int {
    try self.column(column.rawValue)
  }

  /// The index of a column of a known table, or `nil` if the file does not contain it.
  public func position<Column: RawRepresentable<String>>(of column: Column) -> Int? {
    columns.firstIndex(of: column.rawValue)
  }
}

/// `samples.csv`: one row per sample, sorted by id.
public enum SamplesFormat: TableFormat {
  /// The columns of every such file.
  public enum Column: String, CaseIterable, Sendable {
    case id, source
    case nativeLabel = "native_label"
    case label, group
  }

  /// The name of the file.
  public static let file = "samples.csv"
  /// The column of the parts defined by the data sets; present if any of them defines parts.
  public static let partColumn = "part"
}

/// `split.csv`: one row per sample, sorted by id.
public enum SplitFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable { case id, part, label, group }

  /// The name of the file.
  public static let file = "split.csv"
}

/// `predictions.csv`: one row per part and sample; after these columns, the probability of each
/// class with six decimals, then its logit as the shortest text that reads back as the same Float.
public enum PredictionsFormat: TableFormat {
  /// The columns of every such file.
  public enum Column: String, CaseIterable, Sendable { case id, part, label, predicted }

  /// The name of the file.
  public static let file = "predictions.csv"

  /// The column of the probability of a class.
  public static func probabilityColumn(_ name: String) -> String { "p_\(name)" }

  /// The column of the logit of a class.
  public static func logitColumn(_ name: String) -> String { "logit_\(name)" }
}

/// `history.csv` of a training: one row per epoch; after these columns, the numbers of the epoch.
public enum HistoryFormat: TableFormat {
  /// The columns of every such file; `stage` is the number of the training phase, from 1.
  public enum Column: String, CaseIterable, Sendable { case epoch, stage }

  /// The name of the file.
  public static let file = "history.csv"
}

/// `classes.csv`: one row per part and class.
public enum ClassesFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case part
    case name = "class"
    case support, precision, sensitivity, specificity, f1, auc
  }

  /// The name of the file.
  public static let file = "classes.csv"
}

/// `confusion_<part>.csv`: one row per true class, one column per predicted class.
public enum ConfusionFormat {
  /// The column of the true classes.
  public static let trueColumn = "true"

  /// The name of the file of a part.
  public static func file(of part: Part) -> String { "confusion_\(part.rawValue).csv" }
}

/// `index.csv` of an explanations artifact: one row per image and method, then score columns.
public enum ExplanationsFormat: TableFormat {
  /// The columns of every such file.
  public enum Column: String, CaseIterable, Sendable {
    case id, method, label, predicted, probability, right, files, fit
    case completenessGap = "completeness-gap"
  }

  /// The name of the file.
  public static let file = "index.csv"
}

/// The tables of `compare`; their columns are the axes and metrics compared, and after the axes
/// `selectedColumn`, if a choice was made.
public enum ComparisonFormat {
  /// One row per cell.
  public static let comparison = "comparison.csv"
  /// One row per group of repeats: mean, standard deviation and interval of each metric.
  public static let summary = "summary.csv"
  /// One row per group of repeats and metric: its mean difference from the baseline, tested.
  public static let paired = "paired.csv"
  /// One row per cell and metric: its predictions of the test samples against the baseline's, tested.
  public static let pairedSamples = "paired-samples.csv"
  /// One row per metric and ranked value: its mean rank over blocks.
  public static let ranks = "ranks.csv"
  /// One row per metric and pair of ranked values: tested after Friedman's test.
  public static let pairs = "pairs.csv"
  /// The mean ranks as a drawing.
  public static let diagram = "critical-difference.svg"
  /// One row per group of folds: metrics of the test samples of all folds together.
  public static let pooled = "pooled.csv"
  /// Whether the row was chosen among those it competes with: yes or no.
  public static let selectedColumn = "selected"
}

/// `findings.csv` of an inspection: one row per finding.
public enum FindingsFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case kind, severity, scope, count, value, low, high, remedy, detail, ids, sheet
  }

  /// The name of the file.
  public static let file = "findings.csv"
  /// The port of the artifact.
  public static let port = "findings"
}

/// `rejected.csv` and `dropped.csv`: files and samples that a stage left out, one row each.
public enum LeftOutFormat {
  /// The column with the reason.
  public static let reasonColumn = "reason"
  /// The files that a stage rejected.
  public static let rejected = "rejected.csv"
  /// The samples that have no label in the scheme.
  public static let dropped = "dropped.csv"
}

/// `gains.csv` of `judge-explanations`: one row per method and measure, with the gain of the method
/// over the best baseline.
public enum GainsFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case method, measure, images, mean, low, high, better, baseline, gain
    case gainLow = "gain_low"
    case gainHigh = "gain_high"
    case verdict
  }

  /// The name of the file.
  public static let file = "gains.csv"
}

/// The files of an `images` artifact beside `samples.csv`.
public enum ImagesFormat {
  /// The crops: uint8, N x H x W x 3, in the order of the samples.
  public static let pixels = "pixels.npy"
}

/// The files of a `masks` artifact beside `samples.csv`.
public enum MasksFormat {
  /// The masks: uint8, N x H x W, 0 for background, 1 for cytoplasm and 2 for the nucleus.
  public static let pixels = "masks.npy"
  /// The code of the nucleus.
  public static let nucleus: UInt8 = 2
}

/// The files of `augment` that reports read.
public enum ViewsFormat {
  /// One row per sample and view, sorted by id and view.
  public static let file = "views.csv"
  /// The columns with the sample, the number of the view, the sample that is mixed in, the weight of
  /// the sample itself as drawn, and the box that is replaced.
  public enum Column: String, Sendable { case id, view, partner, lambda, box }

  /// The contact sheet: a row per sample, the crop and then its views.
  public static let sheet = "sheet.png"
  /// The most samples on the sheet: the first by id that are among the images.
  public static let sheetSamples = 6
  /// The most views of a sample on the sheet.
  public static let sheetViews = 8
}
