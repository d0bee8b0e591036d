internal import Foundation
internal import PipelineDSL

/// `metrics.json`: named numbers, flat, sorted by name, one per line.
enum MetricsFile {
  /// The name of the file in a metrics artifact.
  static let name = "metrics.json"

  /// The file's bytes.
  ///
  /// - Precondition: every number is finite.
  static func bytes(of metrics: [String: Double]) -> [UInt8] {
    let names = metrics.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let lines = names.compactMap { name in
      metrics[name].map {
        "  \(JSONCanonicalForm.text(of: .string(name))): \(JSONCanonicalForm.text(of: $0))"
      }
    }
    return Array((lines.isEmpty ? "{}\n" : "{\n" + lines.joined(separator: ",\n") + "\n}\n").utf8)
  }

  /// Reads numbers; members of nested objects are named by their path, joined with slashes.
  ///
  /// `skipped` lists the names of values that are not numbers, sorted.
  static func read(
    _ bytes: [UInt8], called place: String
  ) throws(StageError) -> (metrics: [String: Double], skipped: [String]) {
    let value: JSONValue
    do { value = try JSONParser.parse(bytes) } catch {
      throw StageError("\(place): \(error)")
    }
    guard let object = value.object else {
      throw StageError("\(place): expected an object of named numbers, found \(value.kindName)")
    }
    var metrics: [String: Double] = [:]
    var skipped: [String] = []
    func collect(_ object: JSONObject, below path: String) {
      for member in object.members {
        let name = path + member.name
        if let number = member.value.real {
          metrics[name] = number
        } else if let inner = member.value.object {
          collect(inner, below: name + "/")
        } else {
          skipped.append(name)
        }
      }
    }
    collect(object, below: "")
    return (metrics, skipped.sorted())
  }

  /// The numbers of a metrics artifact.
  static func read(_ artifact: InputArtifact) throws(StageError) -> [String: Double] {
    try read(artifact.bytes(name), called: "\(name) of '\(artifact.stage)'").metrics
  }
}

extension StageEvents {
  /// Records metrics in order of their names.
  func record(_ metrics: [String: Double]) {
    for (name, value) in metrics.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    {
      metric(StageMetric(name, value))
    }
  }
}

/// A number with a fixed number of decimals, for tables whose bytes must not depend on the locale.
func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
