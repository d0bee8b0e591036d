@testable import Neural

/// Data of tests that score no clean samples; in the engine, every kind of data must say.
extension TrainingData {
  var cleanCount: Int { 0 }
  func cleanBatch(_ samples: Range<Int>) throws -> Batch { Batch(images: [], targets: []) }
  func cleanLook(_ sample: Int) -> Int { -1 - validationCount - sample }
}
