internal import Foundation
internal import PipelineDSL
internal import Statistics

/// How the logits of a model become calibrated ones.
///
/// Calibrated logits are the logarithms of calibrated probabilities, so that these are their
/// softmax.
enum CalibrationRule: Sendable, Hashable {
  /// The methods, as named in a pipeline and in `model.json`.
  enum Method: String, ParameterChoice {
    /// One divisor of all logits.
    case temperature
    /// A factor and an offset for each class's logit.
    case vector
    /// A function that does not decrease for each class's probability.
    case isotonic
  }

  case temperature(TemperatureScaling)
  case vector(VectorScaling)
  /// One function per class; the results are divided by their sum, and equal if that is 0, as in
  /// scikit-learn's `CalibratedClassifierCV`.
  case isotonic([IsotonicRegression])

  /// The smallest probability of a class after `isotonic`, which can give 0, where the likelihood of
  /// a single sample would be 0: the clip of scikit-learn's `log_loss` for single precision.
  static let smallest = Double(Float.ulpOfOne)

  /// Fits a method; its parameters are rounded, so that every machine finds the same.
  ///
  /// - Precondition: There is at least one row of logits, and one label per row.
  init(fitting method: Method, logits: [[Float]], labels: [Int], classes: Int) {
    let rows = logits.map { $0.map { Double($0) } }
    switch method {
    case .temperature:
      let fitted = TemperatureScaling(fitting: rows, labels: labels)
      self = .temperature(.init(temperature: ComparisonTable.rounded(fitted.temperature)))
    case .vector:
      let fitted = VectorScaling(fitting: rows, labels: labels)
      // Directions that hardly change the likelihood are not known to more digits.
      func rounded(_ value: Double) -> Double { (value * 1e7).rounded() / 1e7 }
      self = .vector(
        .init(factors: fitted.factors.map(rounded), offsets: fitted.offsets.map(rounded)))
    case .isotonic:
      let shares = rows.map(Self.shares)
      self = .isotonic(
        (0..<classes).map { label in
          IsotonicRegression(
            fitting: labels.map { $0 == label ? 1 : 0 }, at: shares.map { $0[label] })
        })
    }
  }

  /// The method.
  var method: Method {
    switch self {
    case .temperature: .temperature
    case .vector: .vector
    case .isotonic: .isotonic
    }
  }

  /// The calibrated logits of a row.
  func logits(_ row: [Float]) -> [Float] {
    let values = row.map { Double($0) }
    switch self {
    case .temperature(let scaling): return scaling.logProbabilities(values).map { Float($0) }
    case .vector(let scaling): return scaling.logProbabilities(values).map { Float($0) }
    case .isotonic(let maps):
      var shares = zip(maps, Self.shares(values)).map { $0.value(at: $1) }
      let sum = shares.reduce(0, +)
      shares = shares.map { sum > 0 ? $0 / sum : 1 / Double(shares.count) }
      return shares.map { Float(log(max($0, Self.smallest))) }
    }
  }

  private static func shares(_ row: [Double]) -> [Double] {
    LogSoftmax.values(row).map { StableNumber.rounded(exp($0)) }
  }

  // MARK: Files

  /// The members of `model.json` that describe the rule.
  var json: JSONObject {
    var object: JSONObject = ["method": method.json]
    switch self {
    case .temperature(let scaling): object["temperature"] = scaling.temperature.json
    case .vector(let scaling):
      object["factors"] = scaling.factors.json
      object["offsets"] = scaling.offsets.json
    case .isotonic(let maps):
      object["maps"] = .array(
        maps.map { .object(["places": $0.places.json, "values": $0.values.json]) })
    }
    return object
  }

  /// Reads the members of a card; throws if they are incomplete or inconsistent.
  init(_ json: JSONValue, classes: Int) throws(StageError) {
    guard let method = json["method"]?.text.flatMap(Method.init(rawValue:)) else {
      throw StageError(
        "'method' is not one of " + Method.allCases.map(\.rawValue).joined(separator: ", "))
    }
    switch method {
    case .temperature:
      guard let temperature = json["temperature"]?.real, temperature > 0, temperature.isFinite
      else { throw StageError("'temperature' is not a positive number") }
      self = .temperature(.init(temperature: temperature))
    case .vector:
      let (factors, offsets) = (Self.numbers(json["factors"]), Self.numbers(json["offsets"]))
      guard factors.count == classes, offsets.count == classes,
        (factors + offsets).allSatisfy(\.isFinite)
      else { throw StageError("'factors' or 'offsets' is not one number per class") }
      self = .vector(.init(factors: factors, offsets: offsets))
    case .isotonic:
      let maps = (json["maps"]?.elements ?? []).compactMap { map -> IsotonicRegression? in
        let values = Self.numbers(map["values"])
        guard values.allSatisfy((0...1).contains) else { return nil }
        return IsotonicRegression(places: Self.numbers(map["places"]), values: values)
      }
      guard maps.count == classes, json["maps"]?.elements?.count == classes else {
        throw StageError("'maps' is not one function from 0 to 1 that does not decrease per class")
      }
      self = .isotonic(maps)
    }
  }

  /// The numbers of a list; empty if an element is something else.
  private static func numbers(_ json: JSONValue?) -> [Double] {
    let elements = json?.elements ?? []
    let numbers = elements.compactMap(\.real)
    return numbers.count == elements.count ? numbers : []
  }
}
