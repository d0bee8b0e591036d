// The tables inside artifacts that more than one module reads or writes: file names and columns.
// Stages write them and Reports reads them; neither spells a name itself.

/// A file of comma-separated values in an artifact, with the columns that are always present.
public protocol TableFormat {
  /// The columns that are always present, in the order of the file; raw values are the names.
  associatedtype Column: RawRepresentable<String>, CaseIterable, Sendable
  /// The name of the file in its artifact.
  static var file: String { get }
}

extension TableFormat {
  /// The names of the columns that are always present, in the order of the file.
  public static var columns: [String] { Column.allCases.map(\.rawValue) }
}

extension CSVTable {
  /// The position of a column of a known table.
  public func column<Column: RawRepresentable<String>>(_ column: Column) throws(CSVError) -> Int {
    try self.column(column.rawValue)
  }

  /// The position of a column of a known table, or `nil` if the file lacks it.
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
  /// The column of the parts given by the data sets; present if one of them gives any.
  public static let partColumn = "part"
}

/// `split.csv`: one row per sample, sorted by id.
public enum SplitFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable { case id, part, label, group }

  /// The name of the file.
  public static let file = "split.csv"
}

/// `predictions.csv`: one row per part and sample, with a probability per class after these columns.
public enum PredictionsFormat: TableFormat {
  /// The columns of every such file.
  public enum Column: String, CaseIterable, Sendable { case id, part, label, predicted }

  /// The name of the file.
  public static let file = "predictions.csv"

  /// The column of the probability of a class.
  public static func probabilityColumn(_ name: String) -> String { "p_\(name)" }
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

/// `index.csv` of an explanations artifact: one row per image and method, scores after these columns.
public enum ExplanationsFormat: TableFormat {
  /// The columns of every such file.
  public enum Column: String, CaseIterable, Sendable {
    case id, method, label, predicted, probability, right, files, fit
    case completenessGap = "completeness-gap"
  }

  /// The name of the file.
  public static let file = "index.csv"
}

/// The tables of `compare`, whose columns are the axes and metrics compared.
public enum ComparisonFormat {
  /// One row per cell.
  public static let comparison = "comparison.csv"
  /// One row per group of repeats: mean and standard deviation of each metric.
  public static let summary = "summary.csv"
}

/// `rejected.csv` and `dropped.csv`: what a stage left out, one row per file or sample.
public enum LeftOutFormat {
  /// The column that says why.
  public static let reasonColumn = "reason"
  /// The files that a stage could not use.
  public static let rejected = "rejected.csv"
  /// The samples that have no label in the scheme.
  public static let dropped = "dropped.csv"
}
