#if Classifiers
  internal import CLinear
  internal import COpenBLAS

  /// liblinear, which fits logistic regressions; nothing else calls it.
  ///
  /// The solver of `L2R_LR` is a trust-region Newton method, which draws no random numbers. Its
  /// vector sums are OpenBLAS's, on one thread.
  enum LinearLibrary {
    /// The version, such as "2.30".
    static var version: String {
      let number = liblinear_loaded_version()
      return "\(number / 100).\(number % 100 / 10)\(number % 10)"
    }

    /// Both hold for the whole process: nothing is printed, and OpenBLAS uses one thread.
    private static let prepared: Void = {
      set_print_string_function { _ in }
      openblas_set_num_threads(1)
    }()

    /// Fits one regression per class that has rows, or one for two classes.
    ///
    /// The bias is a feature of value 1, whose weight is regularised too. Memory is 16 bytes for
    /// each feature that is not 0.
    static func fit(
      _ train: FeatureTable, classes: Int, c: Double
    ) throws(ClassifierError) -> LogisticClassifier {
      _ = prepared
      let present = train.presentClasses
      // Classes are numbered by their first row.
      let order = train.labels.indices.sorted {
        (train.labels[$0], $0) < (train.labels[$1], $1)
      }
      let nodes = SparseRows(train, order)
      defer { nodes.free() }
      var labels = order.map { Double(train.labels[$0]) }
      var options = parameter()
      options.solver_type = Int32(L2R_LR)
      options.eps = 1e-8
      options.C = c
      let weights: [Double]? = labels.withUnsafeMutableBufferPointer { labels in
        var problem = problem(
          l: Int32(labels.count), n: Int32(train.width + 1), y: labels.baseAddress,
          x: nodes.starts.baseAddress, bias: 1)
        guard check_parameter(&problem, &options) == nil else { return nil }
        var fitted = CLinear.train(&problem, &options)
        defer { free_and_destroy_model(&fitted) }
        guard let model = fitted?.pointee, Int(model.nr_class) == present.count else { return nil }
        let columns = present.count == 2 ? 1 : present.count
        return Array(UnsafeBufferPointer(start: model.w, count: (train.width + 1) * columns))
      }
      guard let weights, weights.allSatisfy(\.isFinite) else {
        throw ClassifierError(
          "liblinear found no finite weights", hint: "standardise the features, or lower c")
      }
      return LogisticClassifier(
        classes: classes, width: train.width, present: present, weights: weights)
    }
  }

  /// Rows in liblinear's form: index and value of each feature that is not 0, then the bias.
  private struct SparseRows {
    let nodes: UnsafeMutableBufferPointer<feature_node>
    let starts: UnsafeMutableBufferPointer<UnsafeMutablePointer<feature_node>?>

    init(_ table: FeatureTable, _ order: [Int]) {
      let width = table.width
      let count = table.rows.reduce(0) { $1 == 0 ? $0 : $0 + 1 } + 2 * table.count
      nodes = .allocate(capacity: count)
      starts = .allocate(capacity: table.count)
      var place = 0
      func put(_ index: Int, _ value: Double) {
        nodes.initializeElement(at: place, to: feature_node(index: Int32(index), value: value))
        place += 1
      }
      for (rank, row) in order.enumerated() {
        starts.initializeElement(at: rank, to: nodes.baseAddress.map { $0 + place })
        for feature in 0..<width where table.rows[row * width + feature] != 0 {
          put(feature + 1, Double(table.rows[row * width + feature]))
        }
        put(width + 1, 1)
        put(-1, 0)
      }
    }

    func free() {
      nodes.deallocate()
      starts.deallocate()
    }
  }
#endif
