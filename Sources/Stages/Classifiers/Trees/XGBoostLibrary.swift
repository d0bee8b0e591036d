#if Classifiers
  internal import CXGBoost

  /// XGBoost, which fits trees; nothing else calls it.
  ///
  /// Its objects are not Sendable and stay within one call of `fit`, so no thread shares one.
  enum XGBoostLibrary {
    /// The version, such as "1.7.4".
    static var version: String {
      var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
      XGBoostVersion(&major, &minor, &patch)
      return "\(major).\(minor).\(patch)"
    }

    /// Throws XGBoost's message if a call failed.
    fileprivate static func check(_ result: Int32) throws(ClassifierError) {
      guard result != 0 else { return }
      let message = XGBGetLastError().map { String(cString: $0) } ?? ""
      // A stack trace follows the first line.
      let line = message.split(separator: "\n").first ?? "code \(result)"
      throw ClassifierError("XGBoost failed: \(line)")
    }
  }

  /// A table in XGBoost's form.
  final class BoosterTable {
    fileprivate let handle: DMatrixHandle?
    let labels: [Int]

    /// Copies the rows; they must be finite.
    init(_ table: FeatureTable) throws(ClassifierError) {
      labels = table.labels
      var handle: DMatrixHandle?
      try XGBoostLibrary.check(
        XGDMatrixCreateFromMat(
          table.rows, UInt64(table.count), UInt64(table.width), .nan, &handle))
      self.handle = handle
      try XGBoostLibrary.check(
        XGDMatrixSetFloatInfo(handle, "label", labels.map(Float.init), UInt64(labels.count)))
    }

    deinit { XGDMatrixFree(handle) }
  }

  /// Trees in training.
  final class Booster {
    private let handle: BoosterHandle?

    /// Begins with no trees.
    init(
      _ parameters: [(name: String, value: String)], _ train: BoosterTable
    ) throws(ClassifierError) {
      var handle: BoosterHandle?
      try XGBoostLibrary.check(XGBoosterCreate([train.handle], 1, &handle))
      self.handle = handle
      for (name, value) in parameters {
        try XGBoostLibrary.check(XGBoosterSetParam(handle, name, value))
      }
    }

    private init(handle: BoosterHandle?) { self.handle = handle }

    deinit { XGBoosterFree(handle) }

    /// Adds the trees of a round.
    func update(round: Int, _ train: BoosterTable) throws(ClassifierError) {
      try XGBoostLibrary.check(XGBoosterUpdateOneIter(handle, Int32(round), train.handle))
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
      try XGBoostLibrary.check(
        XGBoosterPredictFromDMatrix(
          handle, table.handle, options, &shape, &dimensions, &values))
      let extents = UnsafeBufferPointer(start: shape, count: Int(dimensions))
      return Array(UnsafeBufferPointer(start: values, count: Int(extents.reduce(1, *))))
    }

    /// The trees of the first `rounds` rounds.
    func first(_ rounds: Int) throws(ClassifierError) -> Booster {
      var slice: BoosterHandle?
      try XGBoostLibrary.check(XGBoosterSlice(handle, 0, Int32(rounds), 1, &slice))
      return Booster(handle: slice)
    }

    /// XGBoost's JSON file.
    func json() throws(ClassifierError) -> [UInt8] {
      var count: bst_ulong = 0
      var bytes: UnsafePointer<CChar>?
      try XGBoostLibrary.check(
        XGBoosterSaveModelToBuffer(handle, "{\"format\":\"json\"}", &count, &bytes))
      return UnsafeBufferPointer(start: bytes, count: Int(count)).map(UInt8.init(bitPattern:))
    }
  }
#endif
