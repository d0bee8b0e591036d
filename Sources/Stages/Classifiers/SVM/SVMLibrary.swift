#if Classifiers
  internal import CSVM

  /// libsvm, which fits support vector machines; nothing else calls it.
  ///
  /// Without its own probabilities, libsvm draws no random numbers.
  // Sendable because the addresses of C functions never change.
  struct SVMLibrary: OpenedLibrary, @unchecked Sendable {
    private let check: svm_check_parameter_type
    private let train: svm_train_type
    private let destroy: svm_free_and_destroy_model_type
    let loadedVersion: String

    static let opened = Result { () throws(ClassifierError) in try SVMLibrary() }

    private init() throws(ClassifierError) {
      let library = try SharedLibrary(
        "libsvm", files: ["libsvm.so.3", "libsvm.so"], package: "libsvm3")
      check = try library.function("svm_check_parameter", svm_check_parameter_type.self)
      train = try library.function("svm_train", svm_train_type.self)
      destroy = try library.function(
        "svm_free_and_destroy_model", svm_free_and_destroy_model_type.self)
      loadedVersion = try library.version("libsvm_version")
      // Holds for the whole process: nothing is printed.
      let print = try library.function(
        "svm_set_print_string_function", svm_set_print_string_function_type.self)
      print { _ in }
    }

    /// Fits a machine for each pair of the classes of some rows, of which there must be two or
    /// more.
    func fit(
      _ rows: SVMRows, _ chosen: [Int], c: Double
    ) throws(ClassifierError) -> PairMachines {
      let table = rows.table
      // Classes are numbered by their first row.
      let order = chosen.sorted { (table.labels[$0], $0) < (table.labels[$1], $1) }
      var labels = order.map { Double(table.labels[$0]) }
      var starts = order.map { rows.start($0) }
      var options = svm_parameter()
      options.svm_type = Int32(C_SVC)
      options.kernel_type = rows.kernelType
      options.gamma = rows.gamma
      options.cache_size = 200
      options.eps = 1e-5
      options.C = c
      options.shrinking = 1
      let machines: PairMachines? = labels.withUnsafeMutableBufferPointer { labels in
        starts.withUnsafeMutableBufferPointer { starts in
          var problem = svm_problem(
            l: Int32(labels.count), y: labels.baseAddress, x: starts.baseAddress)
          guard check(&problem, &options) == nil else { return nil }
          var model = train(&problem, &options)
          defer { destroy(&model) }
          return model.map { Self.copy($0.pointee, rows, order) }
        }
      }
      guard let machines, machines.isFinite else {
        throw ClassifierError(
          "libsvm found no finite machines", hint: "standardise the features, or lower c")
      }
      return machines
    }

    /// The fitted machines as Swift values.
    private static func copy(_ model: svm_model, _ rows: SVMRows, _ order: [Int]) -> PairMachines {
      let table = rows.table
      let count = Int(model.nr_class)
      let total = Int(model.l)
      var vectors: [Float] = []
      vectors.reserveCapacity(total * table.width)
      for rank in UnsafeBufferPointer(start: model.sv_indices, count: total) {
        let start = order[Int(rank) - 1] * table.width
        vectors += table.rows[start..<start + table.width]
      }
      let coefficients = UnsafeBufferPointer(start: model.sv_coef, count: count - 1)
      return PairMachines(
        present: UnsafeBufferPointer(start: model.label, count: count).map(Int.init),
        width: table.width, kernel: rows.kernel, gamma: rows.gamma,
        offsets: Array(UnsafeBufferPointer(start: model.rho, count: count * (count - 1) / 2)),
        counts: UnsafeBufferPointer(start: model.nSV, count: count).map(Int.init),
        coefficients: coefficients.map { Array(UnsafeBufferPointer(start: $0, count: total)) },
        vectors: vectors)
    }
  }

  /// Training rows in libsvm's form, for all fits on parts of them.
  ///
  /// For up to `kernelLimit` rows, the kernel of each pair of rows, computed once: 16 bytes x rows
  /// squared, at most 1 GiB. It makes fits on wide rows fast. For more rows, index and value of
  /// each feature that is not 0, of which libsvm computes kernels when it needs them: 16 bytes
  /// each, and a cache of 200 MB.
  final class SVMRows {
    static let kernelLimit = 8_192

    let table: FeatureTable
    let kernel: SVMKernel
    let gamma: Double
    private let holdsKernels: Bool
    private let nodes: UnsafeMutableBufferPointer<svm_node>
    private let starts: [Int]

    init(_ table: FeatureTable, kernel: SVMKernel, gamma: Double, kernelLimit: Int = kernelLimit) {
      (self.table, self.kernel, self.gamma) = (table, kernel, gamma)
      holdsKernels = table.count <= kernelLimit
      var starts: [Int] = []
      var count = 0
      for row in 0..<table.count {
        starts.append(count)
        let values = table.rows[row * table.width..<(row + 1) * table.width]
        count += holdsKernels ? table.count + 1 : values.count { $0 != 0 } + 1
      }
      self.starts = starts
      nodes = .allocate(capacity: count)
      if holdsKernels { writeKernels() } else { writeFeatures() }
    }

    deinit { nodes.deallocate() }

    /// What libsvm is told of the kernel.
    fileprivate var kernelType: Int32 {
      if holdsKernels { return Int32(PRECOMPUTED) }
      return Int32(kernel == .rbf ? RBF : LINEAR)
    }

    /// The first node of a row.
    fileprivate func start(_ row: Int) -> UnsafeMutablePointer<svm_node>? {
      nodes.baseAddress.map { $0 + starts[row] }
    }

    /// A row begins with its number from 1, at which other rows hold their kernel with it.
    private func writeKernels() {
      let stride = table.count + 1
      table.rows.withUnsafeBufferPointer { rows in
        guard let first = rows.baseAddress else { return }
        for i in 0..<table.count {
          nodes.initializeElement(at: i * stride, to: svm_node(index: 0, value: Double(i + 1)))
          for j in 0...i {
            let value = kernel.value(
              first + i * table.width, first + j * table.width, table.width, gamma: gamma)
            nodes.initializeElement(
              at: i * stride + j + 1, to: svm_node(index: Int32(j + 1), value: value))
            nodes.initializeElement(
              at: j * stride + i + 1, to: svm_node(index: Int32(i + 1), value: value))
          }
        }
      }
    }

    private func writeFeatures() {
      var place = 0
      for row in 0..<table.count {
        for feature in 0..<table.width where table.rows[row * table.width + feature] != 0 {
          let value = Double(table.rows[row * table.width + feature])
          nodes.initializeElement(
            at: place, to: svm_node(index: Int32(feature + 1), value: value))
          place += 1
        }
        nodes.initializeElement(at: place, to: svm_node(index: -1, value: 0))
        place += 1
      }
    }
  }
#endif
