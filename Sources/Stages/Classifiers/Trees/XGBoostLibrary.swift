#if Classifiers
  internal import CXGBoost

  /// XGBoost, which fits trees; nothing else calls it.
  ///
  /// Its objects are not Sendable and stay within one call of `fit`, so no thread shares one.
  // Sendable because the addresses of C functions never change.
  struct XGBoostLibrary: OpenedLibrary, @unchecked Sendable {
    fileprivate let createTable: XGDMatrixCreateFromMatFunction
    fileprivate let setFloatInfo: XGDMatrixSetFloatInfoFunction
    fileprivate let freeTable: XGDMatrixFreeFunction
    fileprivate let create: XGBoosterCreateFunction
    fileprivate let free: XGBoosterFreeFunction
    fileprivate let setParameter: XGBoosterSetParamFunction
    fileprivate let update: XGBoosterUpdateOneIterFunction
    fileprivate let predict: XGBoosterPredictFromDMatrixFunction
    fileprivate let slice: XGBoosterSliceFunction
    fileprivate let save: XGBoosterSaveModelToBufferFunction
    private let lastError: XGBGetLastErrorFunction
    let loadedVersion: String

    static let opened = Result { () throws(ClassifierError) in try XGBoostLibrary() }

    private init() throws(ClassifierError) {
      let library = try SharedLibrary(
        "XGBoost", files: ["libxgboost.so.0", "libxgboost.so"], package: "libxgboost0")
      createTable = try library.function(
        "XGDMatrixCreateFromMat", XGDMatrixCreateFromMatFunction.self)
      setFloatInfo = try library.function(
        "XGDMatrixSetFloatInfo", XGDMatrixSetFloatInfoFunction.self)
      freeTable = try library.function("XGDMatrixFree", XGDMatrixFreeFunction.self)
      create = try library.function("XGBoosterCreate", XGBoosterCreateFunction.self)
      free = try library.function("XGBoosterFree", XGBoosterFreeFunction.self)
      setParameter = try library.function("XGBoosterSetParam", XGBoosterSetParamFunction.self)
      update = try library.function("XGBoosterUpdateOneIter", XGBoosterUpdateOneIterFunction.self)
      predict = try library.function(
        "XGBoosterPredictFromDMatrix", XGBoosterPredictFromDMatrixFunction.self)
      slice = try library.function("XGBoosterSlice", XGBoosterSliceFunction.self)
      save = try library.function(
        "XGBoosterSaveModelToBuffer", XGBoosterSaveModelToBufferFunction.self)
      lastError = try library.function("XGBGetLastError", XGBGetLastErrorFunction.self)
      let version = try library.function("XGBoostVersion", XGBoostVersionFunction.self)
      var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
      version(&major, &minor, &patch)
      loadedVersion = "\(major).\(minor).\(patch)"
    }

    /// Throws XGBoost's message if a call failed.
    fileprivate func check(_ result: Int32) throws(ClassifierError) {
      guard result != 0 else { return }
      let message = lastError().map { String(cString: $0) } ?? ""
      // A stack trace follows the first line.
      let line = message.split(separator: "\n").first ?? "code \(result)"
      throw ClassifierError("XGBoost failed: \(line)")
    }
  }

  /// A table in XGBoost's form.
  final class BoosterTable {
    fileprivate let library: XGBoostLibrary
    fileprivate let handle: DMatrixHandle?
    let labels: [Int]

    /// Copies the rows; they must be finite.
    init(_ table: FeatureTable) throws(ClassifierError) {
      library = try XGBoostLibrary.open()
      labels = table.labels
      var handle: DMatrixHandle?
      try library.check(
        library.createTable(
          table.rows, UInt64(table.count), UInt64(table.width), .nan, &handle))
      self.handle = handle
      try library.check(
        library.setFloatInfo(handle, "label", labels.map(Float.init), UInt64(labels.count)))
    }

    deinit { _ = library.freeTable(handle) }
  }

  /// Trees in training.
  final class Booster {
    private let library: XGBoostLibrary
    private let handle: BoosterHandle?

    /// Begins with no trees.
    init(
      _ parameters: [(name: String, value: String)], _ train: BoosterTable
    ) throws(ClassifierError) {
      library = train.library
      var handle: BoosterHandle?
      try library.check(library.create([train.handle], 1, &handle))
      self.handle = handle
      for (name, value) in parameters {
        try library.check(library.setParameter(handle, name, value))
      }
    }

    private init(_ library: XGBoostLibrary, handle: BoosterHandle?) {
      (self.library, self.handle) = (library, handle)
    }

    deinit { _ = library.free(handle) }

    /// Adds the trees of a round.
    func update(round: Int, _ train: BoosterTable) throws(ClassifierError) {
      try library.check(library.update(handle, Int32(round), train.handle))
    }

    /// The margins of a table, row-major: rows x classes.
    ///
    /// XGBoost keeps the sums of earlier rounds, so a call after each round is cheap.
    func margins(_ table: BoosterTable) throws(ClassifierError) -> [Float] {
      let options = """
        {"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true}
        """
      var shape: UnsafePointer<bst_ulong>?
      var dimensions: bst_ulong = 0
      var values: UnsafePointer<Float>?
      try library.check(
        library.predict(handle, table.handle, options, &shape, &dimensions, &values))
      let extents = UnsafeBufferPointer(start: shape, count: Int(dimensions))
      return Array(UnsafeBufferPointer(start: values, count: Int(extents.reduce(1, *))))
    }

    /// The trees of the first `rounds` rounds.
    func first(_ rounds: Int) throws(ClassifierError) -> Booster {
      var slice: BoosterHandle?
      try library.check(library.slice(handle, 0, Int32(rounds), 1, &slice))
      return Booster(library, handle: slice)
    }

    /// XGBoost's JSON file.
    func json() throws(ClassifierError) -> [UInt8] {
      var count: bst_ulong = 0
      var bytes: UnsafePointer<CChar>?
      try library.check(library.save(handle, "{\"format\":\"json\"}", &count, &bytes))
      return UnsafeBufferPointer(start: bytes, count: Int(count)).map(UInt8.init(bitPattern:))
    }
  }
#endif
