// The tables of `evaluate` with intervals, scores by source and group, and curves.

/// A file of comma-separated values per part of a split, with the columns that are always present.
public protocol PartTableFormat {
  /// The columns, in file order; raw values are the names.
  associatedtype Column: RawRepresentable<String>, CaseIterable, Sendable
  /// The start of the file's name.
  static var stem: String { get }
}

extension PartTableFormat {
  /// The names of the columns, in file order.
  public static var columns: [String] { Column.allCases.map(\.rawValue) }

  /// The name of the file of a part.
  public static func file(of part: Part) -> String { "\(stem)_\(part.rawValue).csv" }
}

/// `intervals.csv`: one row per part, scope, metric and method.
public enum IntervalsFormat: TableFormat {
  /// The columns; `low` and `high` are empty where a method gives no interval.
  public enum Column: String, CaseIterable, Sendable {
    case part, scope, metric, value, low, high, method, samples, groups, confidence
  }

  /// The name of the file.
  public static let file = "intervals.csv"
  /// The scope of all samples of a part.
  public static let overall = "overall"

  /// The scope of one class against the rest.
  public static func scope(ofClass name: String) -> String { "class:\(name)" }

  /// The scope of the samples of a source.
  public static func scope(ofSource name: String) -> String { "source:\(name)" }
}

/// `sources.csv`: one row per part and source; there only if sources are known.
public enum SourcesFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case part, source, samples, groups, accuracy
    case accuracyLow = "accuracy-low"
    case accuracyHigh = "accuracy-high"
    case macroF1Present = "macro-f1-present"
    case macroF1PresentLow = "macro-f1-present-low"
    case macroF1PresentHigh = "macro-f1-present-high"
  }

  /// The name of the file.
  public static let file = "sources.csv"
}

/// `groups.csv`: one row per part and group; there only if samples have groups.
public enum GroupsFormat: TableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable { case part, group, samples, right, accuracy }

  /// The name of the file.
  public static let file = "groups.csv"
}

/// `calibration_<part>.csv`: one row per binning and bin that has samples.
public enum CalibrationFormat: PartTableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case binning, low, high, samples, confidence, accuracy
    case accuracyLow = "accuracy-low"
    case accuracyHigh = "accuracy-high"
  }

  /// The start of the file's name.
  public static let stem = "calibration"
  /// The binning of equal width.
  public static let equalWidth = "equal-width"
}

/// `roc_<part>.csv`: points of each class against the rest, by falling margin.
public enum ROCFormat: PartTableFormat {
  /// The columns; the margin is empty at the first point of a class, where nothing is called positive.
  public enum Column: String, CaseIterable, Sendable {
    case name = "class"
    case margin
    case falsePositives = "false-positive-rate"
    case truePositives = "true-positive-rate"
  }

  /// The start of the file's name.
  public static let stem = "roc"
}

/// `precision-recall_<part>.csv`: points of each class against the rest, by falling margin.
public enum PrecisionRecallFormat: PartTableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable {
    case name = "class"
    case margin, precision, recall
  }

  /// The start of the file's name.
  public static let stem = "precision-recall"
}

/// `risk-coverage_<part>.csv`: points by falling margin of the predicted class.
public enum RiskCoverageFormat: PartTableFormat {
  /// The columns.
  public enum Column: String, CaseIterable, Sendable { case margin, coverage, risk }

  /// The start of the file's name.
  public static let stem = "risk-coverage"
}
