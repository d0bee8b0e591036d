#if Classifiers
  /// The fit of support vector machines and of their sigmoids.
  struct SVMFit {
    private static let folds = 5

    private let settings: ClassifierSettings
    private let train: FeatureTable
    private let classes: Int
    private let seed: UInt64
    private let gamma: Double

    init(
      _ settings: ClassifierSettings, _ train: FeatureTable, classes: Int, seed: UInt64
    ) throws(ClassifierError) {
      self.settings = settings
      self.train = train
      self.classes = classes
      self.seed = seed
      gamma = settings.gamma ?? Self.scale(train)
      guard gamma > 0, gamma.isFinite else {
        throw ClassifierError(
          "the variance of the features gives the gamma \(gamma)", hint: "standardise the features")
      }
    }

    /// The machines of all rows, with sigmoids fitted to the decision values of rows that the
    /// machines of five folds did not see.
    func classifier(_ progress: (Int, Int) -> Void) throws(ClassifierError) -> SVMClassifier {
      let steps = Self.folds + 1
      let library = try SVMLibrary.open()
      let rows = SVMRows(train, kernel: settings.kernel, gamma: gamma)
      let machines = try library.fit(rows, Array(train.labels.indices), c: settings.c)
      progress(1, steps)
      let pairs = machines.pairs
      var values = [[Double]](repeating: [], count: pairs.count)
      var isFirst = [[Bool]](repeating: [], count: pairs.count)
      let folds = SeededOrder.folds(train.labels, count: Self.folds, seed: seed)
      for fold in 0..<Self.folds {
        let seen = train.labels.indices.filter { folds[$0] != fold }
        let known = Set(seen.map { train.labels[$0] })
        let part = known.count < 2 ? nil : try library.fit(rows, seen, c: settings.c)
        for row in train.labels.indices where folds[row] == fold {
          let decisions = decisions(part, row)
          for (index, pair) in pairs.enumerated() {
            let labels = [machines.present[pair.first], machines.present[pair.second]]
            guard labels.contains(train.labels[row]) else { continue }
            values[index].append(
              decisions[labels] ?? Self.decision(labels.map(known.contains)))
            isFirst[index].append(train.labels[row] == labels[0])
          }
        }
        progress(fold + 2, steps)
      }
      return SVMClassifier(
        classes: classes, machines: machines,
        sigmoids: zip(values, isFirst).map { PlattSigmoid(fitting: $0, isFirst: $1) })
    }

    /// The decision values of a training row, by the two classes of the pair.
    private func decisions(_ machines: PairMachines?, _ row: Int) -> [[Int]: Double] {
      guard let machines else { return [:] }
      let values = train.rows.withUnsafeBufferPointer { rows in
        rows.baseAddress.map { machines.decisionValues($0 + row * train.width) } ?? []
      }
      var decisions: [[Int]: Double] = [:]
      for (value, pair) in zip(values, machines.pairs) {
        decisions[[machines.present[pair.first], machines.present[pair.second]]] = value
      }
      return decisions
    }

    /// libsvm's rule for a pair without a machine: the class that is known, if one is.
    private static func decision(_ known: [Bool]) -> Double {
      known == [true, false] ? 1 : known == [false, true] ? -1 : 0
    }

    /// 1 / (features x variance of all numbers), or 1 if they are all equal.
    private static func scale(_ table: FeatureTable) -> Double {
      let count = Double(table.rows.count)
      let mean = table.rows.reduce(0) { $0 + Double($1) } / count
      let variance = table.rows.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return variance == 0 ? 1 : 1 / (Double(table.width) * variance / count)
    }
  }
#endif
