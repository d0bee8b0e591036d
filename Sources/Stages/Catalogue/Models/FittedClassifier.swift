internal import Classifiers
internal import PipelineDSL

/// A classifier of vectors with the transform in front of it, as a model contains them.
struct FittedClassifier: Sendable {
  /// The method.
  let method: ClassifierMethod
  /// Scaling and principal components, fitted on the training rows; `nil` for none.
  let transform: FeatureTransform?
  private let classifier: any FeatureClassifier

  /// How the rows are transformed before they are classified.
  struct Preparation: Sendable {
    /// Whether every column gets mean 0 and variance 1 over the training rows.
    var standardise: Bool
    /// The number of principal components; `nil` for all columns as they are.
    var components: Int?
  }

  /// Fits a classifier, and the transform in front of it, on the training rows.
  ///
  /// The validation rows serve the method's early stopping only.
  static func fit(
    _ settings: ClassifierSettings, _ preparation: Preparation, train: FeatureTable,
    validation: FeatureTable?, classes: Int, seed: UInt64, progress: (Int, Int) -> Void
  ) throws(StageError) -> FittedClassifier {
    do throws(ClassifierError) {
      var transform: FeatureTransform?
      if preparation.standardise || preparation.components != nil {
        transform = try FeatureTransform(
          fitting: train.rows, width: train.width, standardise: preparation.standardise,
          components: preparation.components)
      }
      func transformed(_ table: FeatureTable) -> FeatureTable {
        guard let transform else { return table }
        return FeatureTable(
          rows: transform.apply(table.rows), labels: table.labels, width: transform.outputWidth)
      }
      return FittedClassifier(
        method: settings.method, transform: transform,
        classifier: try Classifiers.fit(
          settings, train: transformed(train), validation: validation.map(transformed),
          classes: classes, seed: seed, progress: progress))
    } catch {
      throw StageError(error)
    }
  }

  /// One logit per class for each row.
  func logits(_ rows: [Float]) throws(StageError) -> [[Float]] {
    do throws(ClassifierError) {
      return try classifier.logits(transform?.apply(rows) ?? rows)
    } catch {
      throw StageError(error)
    }
  }

  /// The gradient of a class's logit at a row; `nil` for methods without one.
  func gradient(of label: Int, at row: [Float]) -> [Float]? {
    guard let gradient = classifier.gradient(of: label, at: transform?.apply(row) ?? row) else {
      return nil
    }
    return transform?.pullBack(gradient) ?? gradient
  }

  /// Whether the logits have a gradient.
  var hasGradient: Bool {
    classifier.gradient(of: 0, at: [Float](repeating: 0, count: classifier.width)) != nil
  }

  // MARK: Files

  /// The description of the classifier in `model.json`.
  func json(folder: String) -> JSONValue {
    var object: JSONObject = ["method": .string(method.rawValue), "folder": .string(folder)]
    if transform != nil { object["transform"] = true }
    return .object(object)
  }

  /// Writes the files of classifier and transform into a folder that may not exist yet.
  func write(to folder: String) throws(StageError) {
    var files: [String: [UInt8]]
    do throws(ClassifierError) { files = try classifier.files() } catch { throw StageError(error) }
    files[FeatureTransform.file] = transform?.bytes()
    try ModelFolder.write(files, to: folder)
  }

  /// Reads the files that a card describes.
  ///
  /// Throws if they are damaged, or do not take `width` numbers or give `classes` logits.
  static func load(
    _ card: ClassifierCard, from artifact: InputArtifact, width: Int, classes: Int
  ) throws(StageError) -> FittedClassifier {
    func failure(_ reason: String) -> StageError { artifact.failure(card.folder, reason) }
    do throws(ClassifierError) {
      func file(_ name: String) throws(ClassifierError) -> [UInt8] {
        do throws(StageError) { return try artifact.bytes(card.folder + "/" + name) } catch {
          throw ClassifierError(error.reason, hint: error.hint)
        }
      }
      let transform = card.hasTransform ? try FeatureTransform(file(FeatureTransform.file)) : nil
      if let transform, transform.width != width {
        throw ClassifierError(
          "its transform takes \(transform.width) numbers, not \(width)")
      }
      let classifier = try Classifiers.load(card.method, files: file)
      let inputs = transform?.outputWidth ?? width
      guard classifier.width == inputs, classifier.classes == classes else {
        throw ClassifierError(
          "it takes \(classifier.width) numbers and gives \(classifier.classes) logits, not \(inputs) "
            + "and \(classes)")
      }
      return FittedClassifier(method: card.method, transform: transform, classifier: classifier)
    } catch {
      throw failure(error.reason)
    }
  }
}

/// The member of `model.json` that describes a classifier.
struct ClassifierCard: Sendable, Hashable {
  /// The method.
  let method: ClassifierMethod
  /// The folder of its files.
  let folder: String
  /// Whether a transform precedes it.
  let hasTransform: Bool

  /// Reads a member of a card; throws if it is incomplete.
  init(_ json: JSONValue?, _ member: String) throws(StageError) {
    guard let method = json?["method"]?.text.flatMap(ClassifierMethod.init(rawValue:)) else {
      throw StageError(
        "'\(member)' names no method among "
          + ClassifierMethod.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.method = method
    folder = try ModelFolder.name(json?["folder"], member + "/folder")
    hasTransform = json?["transform"]?.truth ?? false
  }
}
