import Foundation
import Testing

@testable import Classifiers

/// Files that are cut short, changed or absurd: they give a typed error, or a classifier that
/// still answers.
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct DamagedFileTests {
  private func load(
    _ method: ClassifierMethod, _ files: [String: [UInt8]]
  ) throws(ClassifierError) -> any FeatureClassifier {
    try Classifiers.load(method) { (name) throws(ClassifierError) in
      guard let bytes = files[name] else { throw ClassifierError("\(name) is missing") }
      return bytes
    }
  }

  private func files(_ method: ClassifierMethod) throws -> [String: [UInt8]] {
    var settings = settings(method)
    settings.trees = 2
    return try fit(settings, table(12, 3, classes: 3, salt: 1), classes: 3).files()
  }

  /// Loads; what loads must answer.
  private func attempt(_ method: ClassifierMethod, _ files: [String: [UInt8]]) {
    do throws(ClassifierError) {
      let classifier = try load(method, files)
      let row = [Float](repeating: 0.1, count: min(classifier.width, 100_000))
      guard row.count == classifier.width else { return }
      let logits = try classifier.logits(row)
      #expect(logits.count == 1 && logits[0].count == classifier.classes)
      _ = classifier.gradient(of: 0, at: row)
    } catch {
      #expect(!error.reason.isEmpty)
    }
  }

  @Test("every file that is cut short is refused", arguments: ClassifierMethod.allCases)
  func cutShort(method: ClassifierMethod) throws {
    let whole = try files(method)
    for (name, bytes) in whole.sorted(by: { $0.key < $1.key }) {
      for length in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 150)) {
        var files = whole
        files[name] = Array(bytes[..<length])
        let isShort = #expect(throws: ClassifierError.self) { _ = try load(method, files) }
        #expect(isShort?.reason.contains(name) == true)
      }
      #expect(throws: ClassifierError.self) {
        _ = try load(method, whole.filter { $0.key != name })
      }
    }
  }

  @Test("no changed byte makes a file crash", arguments: ClassifierMethod.allCases)
  func changedBytes(method: ClassifierMethod) throws {
    let whole = try files(method)
    for (name, bytes) in whole.sorted(by: { $0.key < $1.key }) {
      for trial in 0..<1_500 {
        var damaged = bytes
        let hash = SeededOrder.hash(UInt64(trial), 1)
        let place = Int(hash >> 32) % bytes.count
        let digits = Array("0123456789-.eE\"[]{}, \n".utf8)
        damaged[place] =
          trial % 2 == 0 ? UInt8(truncatingIfNeeded: hash) : digits[Int(hash % 22)]
        attempt(method, whole.merging([name: damaged]) { $1 })
      }
    }
  }

  @Test(
    "absurd numbers are refused",
    arguments: [
      (
        ClassifierMethod.xgboost, "booster.json", "\"num_feature\":\"3\",\"num_t",
        "\"num_feature\":\"0\",\"num_t"
      ),
      (.xgboost, "booster.json", "\"num_class\":\"3\"", "\"num_class\":\"2000000000\""),
      (.xgboost, "booster.json", "\"left_children\":[1", "\"left_children\":[1000000"),
      (.xgboost, "booster.json", "\"left_children\":[1", "\"left_children\":[0"),
      (.xgboost, "booster.json", "\"right_children\":[2", "\"right_children\":[-7"),
      (.xgboost, "booster.json", "\"split_indices\":[", "\"split_indices\":[99,"),
      (.xgboost, "booster.json", "\"tree_info\":[0", "\"tree_info\":[3"),
      (.xgboost, "booster.json", "multi:softprob", "reg:squarederror"),
      (.xgboost, "booster.json", "\"base_score\":\"5E-1\"", "\"base_score\":\"nan\""),
      (.svm, "svm.txt", "total_sv ", "total_sv 9"),
      (.svm, "svm.txt", "nr_sv ", "nr_sv 4611686018427387904"),
      (.svm, "svm.txt", "nr_class 3", "nr_class 2000000000"),
      (.svm, "svm.txt", "label 0 1 2", "label 0 1 1"),
      (.svm, "svm.txt", "rho ", "rho nan "),
      (.svm, "svm.txt", "gamma ", "gamma -"),
      (.svm, "svm.txt", " 2:", " 2000000000:"),
      (.svm, "svm.json", "\"width\":3", "\"width\":2000000000"),
      (.svm, "svm.json", "\"classes\":3", "\"classes\":2"),
      (.logistic, "logistic.txt", "nr_feature 3", "nr_feature 2000000000"),
      (.logistic, "logistic.txt", "nr_feature 3", "nr_feature 9223372036854775807"),
      (.logistic, "logistic.txt", "nr_class 3", "nr_class 4"),
      (.logistic, "logistic.txt", "label 0 1 2", "label 0 1 3"),
      (.logistic, "logistic.txt", "bias 1", "bias -1"),
      (.logistic, "logistic.txt", "w\n", "w\ninf "),
      (.logistic, "logistic.json", "3", "70000"),
    ] as [(ClassifierMethod, String, String, String)])
  func absurd(method: ClassifierMethod, name: String, find: String, put: String) throws {
    let whole = try files(method)
    let text = String(decoding: try #require(whole[name]), as: UTF8.self)
    let range = try #require(text.firstRange(of: find), "\(text.prefix(600))")
    let damaged = text.replacingCharacters(in: range, with: put)
    let error = #expect(throws: ClassifierError.self) {
      _ = try load(method, whole.merging([name: Array(damaged.utf8)]) { $1 })
    }
    // What svm.json says is missing in svm.txt.
    #expect(error?.reason.contains(name.prefix { $0 != "." }) == true)
    #expect(error?.hint != nil)
  }

  @Test("absurd sizes of neighbours are refused")
  func neighbourSizes() throws {
    let whole = try #require(try files(.kNearest)["neighbours.bin"])
    for (word, value) in [(0, 255), (1, 127), (2, 127), (3, 127)] {
      // 255 classes are possible.
      for byte in word == 0 ? [3, 6, 7] : [0, 3, 6, 7] {
        var damaged = whole
        damaged[8 + 8 * word + byte] = UInt8(value)
        #expect(throws: ClassifierError.self) {
          _ = try load(.kNearest, ["neighbours.bin": damaged])
        }
      }
    }
  }
}
