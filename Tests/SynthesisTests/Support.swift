import Foundation
import Imaging
import TestSupport

@testable import Synthesis

/// FNV-1a over 64 bits: a digest for tests.
@Sendable func fnv(_ bytes: [UInt8]) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return String(hash, radix: 16)
}

/// Calls `body` with the path of a folder to create, which is removed afterwards.
func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.path("scratch")) }
}

/// The bytes of a file.
func read(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Relative paths of all regular files below a folder, including hidden ones, sorted.
func files(below folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }.sorted()
}

/// The digest of each file by path.
func digests(below folder: String) throws -> [String: String] {
  var digests: [String: String] = [:]
  for path in try files(below: folder) { digests[path] = fnv(try read(folder + "/" + path)) }
  return digests
}

/// A plan small enough for a debug build: every source with 32 images.
let smallPlan = SyntheticDataset.Plan(
  seed: 5,
  counts: Dictionary(uniqueKeysWithValues: SyntheticDataset.Source.allCases.map { ($0, 32) }),
  sizeFactor: 0.3)

/// A cell on a slide of the five-class set.
func cell(_ kind: CellKind, seed: UInt64 = 11, image: Int = 0, edge: Int = 180) -> Specimen {
  Specimen.drawn(
    kind, frame: Frame(width: edge, height: edge, scale: Float(edge) / 24),
    look: .drawn(for: .fiveClass, slide: image, seed: seed), seed: seed, source: "test",
    image: image)
}

extension Specimen {
  /// Mean red, green and blue over the pixels where `inside` holds.
  func meanColour(where inside: (_ index: Int) -> Bool) -> SIMD3<Double>? {
    var sum = SIMD3<Double>.zero
    var count = 0.0
    for index in 0..<image.width * image.height where inside(index) {
      sum += SIMD3(
        Double(image.pixels[3 * index]), Double(image.pixels[3 * index + 1]),
        Double(image.pixels[3 * index + 2]))
      count += 1
    }
    return count > 0 ? sum / count : nil
  }
}

/// Leave-one-out accuracy of the five nearest neighbours on standardised features.
func neighbourAccuracy(_ features: [[Double]], _ labels: [String]) -> Double {
  let count = Double(features.count)
  var scaled = features
  for column in features[0].indices {
    let mean = features.reduce(0) { $0 + $1[column] } / count
    let spread = (features.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) } / count)
      .squareRoot()
    for row in scaled.indices {
      scaled[row][column] = (features[row][column] - mean) / max(spread, 1e-9)
    }
  }
  var right = 0
  for row in scaled.indices {
    let near = scaled.indices.filter { $0 != row }.map { other -> (Double, Int) in
      (zip(scaled[row], scaled[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, other)
    }.sorted { $0 < $1 }.prefix(5)
    var votes: [String: Int] = [:]
    for (_, other) in near { votes[labels[other], default: 0] += 1 }
    let winner = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    if winner == labels[row] { right += 1 }
  }
  return Double(right) / count
}
