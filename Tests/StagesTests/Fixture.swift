import Foundation

/// Reads a committed fixture of reference values.
enum Fixture {
  /// The bytes of a file below `Fixtures`.
  static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/" + path))
  }

  /// The value of a JSON file below `Fixtures`.
  static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: bytes(path))
  }
}

/// Whether two numbers agree within a tolerance.
func isNear(_ a: Double, _ b: Double, _ distance: Double = 1e-9) -> Bool {
  abs(a - b) <= distance
}

/// Whether two lists of numbers agree within a tolerance, element by element.
func isNear(_ a: [Double], _ b: [Double], _ distance: Double = 1e-9) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { isNear($0, $1, distance) }
}
