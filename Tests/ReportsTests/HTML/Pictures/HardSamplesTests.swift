import PipelineDSL
import Testing

@testable import Reports

struct HardSamplesTests {
  private func album(_ predicted: [String]) throws -> PredictionAlbum {
    try #require(
      PredictionAlbum(
        CSVTable(
          columns: ["id", "part", "label", "predicted"],
          rows: predicted.enumerated().map { ["\($0)", "test", "A", $1] })))
  }

  @Test("what most models get wrong comes first; what one gets wrong is not hard")
  func hardest() throws {
    let hard = HardSamples([
      try album(["A", "B", "B", "B"]), try album(["A", "B", "A", "C"]),
      try album(["B", "C", "B", "C"]),
    ]).samples
    #expect(hard.map(\.id) == ["1", "3", "2"])
    #expect(hard.map(\.wrong) == [3, 3, 2])
    #expect(hard.map(\.mostPredicted) == ["B", "C", "B"])
  }
}
