import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct FeatureSetTests {
  private let bench: FeatureBench
  private let artifact: InputArtifact

  init() throws {
    bench = try FeatureBench(count: 15)
    artifact = try bench.features(
      "set", [("b", "x", [1, 2]), ("a", "y", [3, 4]), ("c", "x", [5, 6])])
  }

  @Test("rows are read in any order")
  func readsRows() throws {
    let set = try FeatureSet(artifact)
    #expect(set.width == 2 && set.samples.map(\.id) == ["b", "a", "c"])
    #expect(try set.rows([2, 0]) == [5, 6, 1, 2] && set.rows([]).isEmpty)
    let split = CSVTable(
      columns: SplitFormat.columns,
      rows: [["a", "train", "y", ""], ["b", "train", "x", ""], ["z", "test", "x", ""]])
    let table = try SplitTable(
      bench.harness.artifact("some split", [(SplitFormat.file, split.bytes)]))
    #expect(set.indices(of: .train, in: table) == [0, 1])
    #expect(set.indices(of: .test, in: table).isEmpty)
  }

  /// The artifact with one file replaced.
  private func failure(_ file: String, _ bytes: [UInt8]) throws -> String {
    let names = artifact.files.keys.sorted()
    let files = try names.map { ($0, $0 == file ? bytes : try artifact.bytes($0)) }
    let damaged = try bench.harness.artifact("damaged", files)
    let failure = #expect(throws: StageError.self) { try FeatureSet(damaged) }
    return failure?.reason ?? ""
  }

  @Test("files that do not fit together are errors")
  func damageIsReported() throws {
    let wide = NPYArray(float32: [1, 2, 3, 4, 5, 6], shape: [2, 3]).encoded
    #expect(try failure(FeatureSet.file, wide).contains("expected float32 of [3, 2]"))
    let bytes = NPYArray(uint8: [1, 2, 3, 4, 5, 6], shape: [3, 2]).encoded
    #expect(try failure(FeatureSet.file, bytes).contains("found uint8 of [3, 2]"))
    #expect(try failure(FeatureRecipe.file, Array("{".utf8)).contains("features.json of 'damaged'"))
    let twice = CSVTable(
      columns: SamplesFormat.columns,
      rows: ["b", "a", "b"].map { [$0, "s", "x", "x", ""] })
    #expect(
      try failure(SamplesFormat.file, twice.bytes)
        .contains("1 ids occur more than once, the first is b"))
  }
}
