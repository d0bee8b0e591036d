#if Classifiers
  internal import CLinear
  internal import COpenBLAS

  /// liblinear, which fits logistic regressions; nothing else calls it.
  ///
  /// The solver of `L2R_LR` is a trust-region Newton method, which draws no random numbers. Its
  /// vector sums are OpenBLAS's, on one thread.
  // Sendable because the addresses of C functions never change.
  struct LinearLibrary: OpenedLibrary, @unchecked Sendable {
    private let check: check_parameter_type
    private let train: train_type
    private let destroy: free_and_destroy_model_type
    let loadedVersion: String

    static let opened = Result { () throws(ClassifierError) in try LinearLibrary() }

    private init() throws(ClassifierError) {
      let library = try SharedLibrary(
        "liblinear", files: ["liblinear.so.4", "liblinear.so"], package: "liblinear4")
      check = try library.function("check_parameter", check_parameter_type.self)
      train = try library.function("train", train_type.self)
      destroy = try library.function(
        "free_and_destroy_model", free_and_destroy_model_type.self)
      loadedVersion = try library.version("liblinear_version")
      // Both hold for the whole process: nothing is printed, and OpenBLAS uses one thread.
      let print = try library.function(
        "set_print_string_function", set_print_string_function_type.self)
      print { _ in }
      openblas_set_num_threads(1)
    }

    /// Fits one regression per class that has rows, or one for two classes.
    ///
    /// The bias is a feature of value 1, whose weight is regularised too. Memory is 16 bytes for
    /// each feature that is not 0.
    func fit(
      _ table: FeatureTable, classes: Int, c: Double
    ) throws(ClassifierError) -> LogisticClassifier {
      let present = table.presentClasses
      // Classes are numbered by their first row.
      let order = table.labels.indices.sorted {
        (table.labels[$0], $0) < (table.labels[$1], $1)
      }
      let nodes = SparseRows(table, order)
      defer { nodes.free() }
      var labels = order.map { Double(table.labels[$0]) }
      var options = parameter()
      options.solver_type = Int32(L2R_LR)
      options.eps = 1e-8
      options.C = c
      let weights: [Double]? = labels.withUnsafeMutableBufferPointer { labels in
        var problem = problem(
          l: Int32(labels.count), n: Int32(table.width + 1), y: labels.baseAddress,
          x: nodes.starts.baseAddress, bias: 1)
        guard check(&problem, &options) == nil else { return nil }
        var fitted = train(&problem, &options)
        defer { destroy(&fitted) }
        guard let model = fitted?.pointee, Int(model.nr_class) == present.count else { return nil }
        let columns = present.count == 2 ? 1 : present.count
        return Array(UnsafeBufferPointer(start: model.w, count: (table.width + 1) * columns))
      }
      guard let weights, weights.allSatisfy(\.isFinite) else {
        throw ClassifierError(
          "liblinear found no finite weights", hint: "standardise the features, or lower c")
      }
      return LogisticClassifier(
        classes: classes, width: table.width, present: present, weights: weights)
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
