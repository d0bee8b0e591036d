import Foundation
import Testing

/// Decodes a committed file of reference numbers.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

/// The largest difference relative to the largest expected number; infinite if the lengths differ
/// or there is nothing to compare.
func difference(_ found: some Collection<Float>, _ expected: [Double]) -> Double {
  guard found.count == expected.count, !expected.isEmpty else { return .infinity }
  let scale = max(expected.map(abs).max() ?? 0, 1e-6)
  return zip(found, expected).map { abs(Double($0) - $1) }.max().map { $0 / scale } ?? .infinity
}
