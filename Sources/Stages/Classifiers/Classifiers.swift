/// Fits and loads classifiers of feature vectors.
///
/// XGBoost, libsvm and liblinear are used to fit only; what they fitted is copied into Swift
/// values, which predict. So a build without the trait `Classifiers` still loads every file, and
/// fits `k-nearest`; a damaged file never reaches a C library. A library is opened when a method
/// first needs it, so the program starts without them.
public enum Classifiers {
  /// Whether this build can fit all methods: it was built with the trait `Classifiers`.
  public static var isAvailable: Bool {
    #if Classifiers
      true
    #else
      false
    #endif
  }

  /// Fits a classifier on the training rows, on one thread.
  ///
  /// The same arguments give the same bytes. `seed` affects xgboost, random-forest, and the folds
  /// of svm. `validation` is used by xgboost only, to stop early. `progress` is called with the
  /// steps done and their greatest number. A class without training rows gets the lowest margins
  /// of trees, and otherwise a probability of 1e-9; there must be two classes with rows.
  public static func fit(
    _ settings: ClassifierSettings, train: FeatureTable, validation: FeatureTable?, classes: Int,
    seed: UInt64, progress: (Int, Int) -> Void
  ) throws(ClassifierError) -> any FeatureClassifier {
    try settings.check()
    try train.check("training", classes: classes)
    guard train.presentClasses.count >= 2 else {
      throw ClassifierError(
        "the \(train.count) training rows are of \(train.presentClasses.count) class",
        hint: "check the split and the labels: a classifier needs rows of two classes")
    }
    let validation = validation.flatMap { $0.count == 0 ? nil : $0 }
    try validation?.check("validation", classes: classes)
    guard validation == nil || validation?.width == train.width else {
      throw ClassifierError("the validation rows have another width than the training rows")
    }
    if settings.method == .kNearest {
      defer { progress(1, 1) }
      return try NeighbourClassifier(train, classes: classes, neighbours: settings.neighbours)
    }
    #if Classifiers
      switch settings.method {
      case .xgboost:
        return try GradientBoosting(settings, classes: classes, seed: seed)
          .fit(train, validation, progress)
      case .randomForest:
        return try RandomForest(settings, classes: classes, seed: seed).fit(train, progress)
      case .svm:
        return try SVMFit(settings, train, classes: classes, seed: seed).classifier(progress)
      case .logistic:
        defer { progress(1, 1) }
        return try LinearLibrary.open().fit(train, classes: classes, c: settings.c)
      case .kNearest: break
      }
    #endif
    throw ClassifierError(
      "this build has no classifiers: \(settings.method.rawValue) cannot be fitted",
      hint: "build with the trait Classifiers")
  }

  /// Loads a classifier from its files, which `files` reads by name.
  ///
  /// Throws what `files` throws, and an error that names the file if its content is damaged.
  public static func load(
    _ method: ClassifierMethod, files: (String) throws(ClassifierError) -> [UInt8]
  ) throws(ClassifierError) -> any FeatureClassifier {
    switch method {
    case .xgboost, .randomForest: try TreeEnsemble(files(TreeEnsemble.file))
    case .svm:
      try SVMClassifier(model: files(SVMClassifier.file), card: files(SVMClassifier.card))
    case .logistic:
      try LogisticClassifier(
        model: files(LogisticClassifier.file), card: files(LogisticClassifier.card))
    case .kNearest: try NeighbourClassifier(files(NeighbourClassifier.file))
    }
  }

  /// The versions of the libraries that can affect what is fitted, by name.
  ///
  /// Empty in a build without them. The first use opens the libraries; for one that cannot be
  /// opened, the text names the package to install.
  ///
  /// liblinear and principal components also use OpenBLAS.
  public static var versions: [String: String] {
    #if Classifiers
      [
        "xgboost": XGBoostLibrary.version, "libsvm": SVMLibrary.version,
        "liblinear": LinearLibrary.version,
      ]
    #else
      [:]
    #endif
  }
}
