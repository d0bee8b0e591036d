internal import PipelineDSL

extension Split {
  /// How samples are assigned to parts.
  enum Method: String, ParameterChoice {
    /// Shares of all samples.
    case fractions
    /// Numbers of samples.
    case counts
    /// One of k folds of equal size is used for testing.
    case kFold = "k-fold"
    /// One source is used for testing.
    case leaveSourceOut = "leave-source-out"
    /// The parts assigned by the data sets.
    case given
  }

  /// The groups of samples within which the shares are kept.
  enum Stratum: String, ParameterChoice {
    case label
    case none
    case labelAndSource = "label+source"
  }

  /// The treatment of samples to which their data set assigns no part.
  enum Ungiven: String, ParameterChoice {
    case refuse
    case train
    case leaveOut = "leave-out"
  }

  /// The images whose hashes are compared.
  enum Compared: String, ParameterChoice {
    /// The files before cropping and normalisation.
    case originals
    case crops
  }

  /// The treatment of sources whose images were made from those of another source.
  enum Derived: String, ParameterChoice {
    case warn
    /// Each derived image stays in the part of its original.
    case tie
  }

  struct Parameters: StageParameters {
    var method = Method.fractions
    var fractions = [0.8, 0.1, 0.1]
    var counts: [Int]?
    var folds = 5
    var fold: Int?
    var testSource: String?
    var validationSource: String?
    var validation = 0.1
    var calibration = 0.0
    var ungiven = Ungiven.refuse
    var stratify = Stratum.label
    var groups = true
    var nearDuplicates: Int?
    var compare = Compared.originals
    var derived = Derived.warn

    static let fields: [ParameterField<Self>] = [
      .init(
        "method", \.method,
        "fractions, counts, k-fold, one source left out for testing, or the parts given by the data sets; for repeats, let 'seed' refer to an axis"
      ),
      .init(
        "fractions", \.fractions, in: 0...1,
        "fractions: shares of train, validation and test, or of train, validation, calibration (for 'conformal') and test, with sum 1"
      ),
      .init(
        "counts", \.counts, in: 0...1e9,
        "counts: numbers of samples for train, validation and test, or for train, validation, calibration and test; the rest is left out"
      ),
      .init("folds", \.folds, in: 2...1000, "k-fold: number of folds"),
      .init(
        "fold", \.fold, in: 1...1000, "k-fold: fold used for testing, from 1; often an axis"),
      .init(
        "test-source", \.testSource,
        "leave-source-out: source used for testing; often an axis"),
      .init(
        "validation-source", \.validationSource,
        "leave-source-out: source used for validation; without it, a share of the rest"),
      .init(
        "validation", \.validation, in: 0...0.9,
        "k-fold, leave-source-out, given: validation share of the samples that are not for testing, unless a source or data set defines it"
      ),
      .init(
        "calibration", \.calibration, in: 0...0.9,
        "k-fold, leave-source-out, given: calibration share of the samples that are not for testing, for 'conformal', unless a data set defines it"
      ),
      .init(
        "ungiven", \.ungiven, "given: treatment of samples without a given part"
      ),
      .init("stratify", \.stratify, "groups of samples within which the shares are kept"),
      .init(
        "groups", \.groups,
        "samples of one group (patient, slide) stay in one part"),
      .init(
        "near-duplicates", \.nearDuplicates, in: 0...64,
        "maximum difference of perceptual hashes, in bits of 256, within which images stay in one part: 16 finds copies that are flipped, turned or of another size, compression, blur or brightness; null disables it"
      ),
      .init(
        "compare", \.compare,
        "near-duplicates: originals, opened by digest, or crops as they are, if there are no originals"
      ),
      .init(
        "derived", \.derived,
        "sources made from another one that is also present (bloodmnist from pbc, all-idb2 from all-idb1, multi-cancer from taleqani): only a warning, or each image tied to its original"
      ),
    ]

    func conflicts() -> [String] {
      var conflicts = fractionConflicts
      func only(_ isSet: Bool, _ name: String, _ owner: Method, required: Bool = false) {
        if isSet, method != owner {
          conflicts.append(
            "'\(name)' belongs to the method \(owner.rawValue), not \(method.rawValue)")
        }
        if required, !isSet, method == owner {
          conflicts.append("the method \(owner.rawValue) needs '\(name)'")
        }
      }
      only(counts != nil, "counts", .counts, required: true)
      only(fold != nil, "fold", .kFold, required: true)
      only(testSource != nil, "test-source", .leaveSourceOut, required: true)
      only(validationSource != nil, "validation-source", .leaveSourceOut)
      if derived == .tie, nearDuplicates == nil {
        conflicts.append("'derived' tie needs 'near-duplicates'")
      }
      if derived == .tie, compare == .crops {
        conflicts.append("'derived' tie finds images in originals, but 'compare' is crops")
      }
      if let counts, !Self.sizes.contains(counts.count) {
        conflicts.append(
          "counts are three (train, validation, test) or four (train, validation, calibration, "
            + "test), not \(counts.count)")
      } else if let counts, counts[0] == 0 {
        conflicts.append("the count of train is 0")
      }
      if let fold, fold > folds {
        conflicts.append("fold \(fold) does not exist: there are \(folds)")
      }
      if calibration > 0 {
        if [.fractions, .counts].contains(method) {
          conflicts.append(
            "'calibration' belongs to k-fold, leave-source-out and given; give "
              + "'\(method.rawValue)' four numbers")
        } else if validation + calibration > 0.95 {
          conflicts.append("'validation' and 'calibration' leave less than 0.05 for train")
        }
      }
      if let testSource, testSource == validationSource {
        conflicts.append("the source '\(testSource)' cannot both test and validate")
      }
      return conflicts
    }

    /// The numbers of parts that shares and counts can name.
    private static let sizes = [3, Part.allCases.count]

    private var fractionConflicts: [String] {
      guard Self.sizes.contains(fractions.count) else {
        return [
          "fractions are three numbers (train, validation, test) or four (train, validation, "
            + "calibration, test), not \(fractions.count)"
        ]
      }
      let sum = fractions.reduce(0, +)
      guard abs(sum - 1) < 1e-9 else { return ["fractions sum to \(sum), not to 1"] }
      return fractions[0] > 0 ? [] : ["the fraction of train is 0"]
    }
  }
}

extension Part {
  /// The parts that a number of shares or counts stands for: three do not name calibration.
  static func named(by count: Int) -> [Part] {
    count == allCases.count ? allCases : allCases.filter { $0 != .calibration }
  }
}
