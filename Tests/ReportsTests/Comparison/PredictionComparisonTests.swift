import PipelineDSL
import Statistics
import Store
import Testing

@testable import Reports

@Suite struct PredictionComparisonTests {
  private func table(_ rows: [String]) throws -> PredictionTable {
    let text = "id,part,label,predicted\n" + rows.map { $0 + "\n" }.joined()
    return try PredictionTable(parsing: Array(text.utf8))
  }

  private static let first = [
    "1,train,x,x", "2,test,x,x", "3,test,x,y", "4,test,y,y", "5,test,y,x", "6,test,y,y",
  ]
  private static let second = [
    "1,train,x,x", "2,test,x,x", "3,test,x,x", "4,test,y,x", "5,test,y,x", "6,test,y,x",
  ]

  @Test func discordantSamplesAreCountedByPart() throws {
    let found = PredictionComparison.join(try table(Self.first), try table(Self.second))
    #expect(found.unpaired == 0)
    #expect(found.parts.map(\.name) == ["train", "test"])
    #expect(found.parts.map(\.samples) == [1, 5])
    #expect(found.parts.map(\.bothRight) == [1, 1])
    #expect(found.parts.map(\.bothWrong) == [0, 1])
    #expect(found.parts.map(\.test.b) == [0, 2])
    #expect(found.parts.map(\.test.c) == [0, 1])
  }

  @Test func rowOrderDoesNotMatter() throws {
    let (a, b) = (try table(Self.first), try table(Self.second.reversed()))
    let aligned = PredictionComparison.join(a, try table(Self.second))
    let found = PredictionComparison.join(a, b)
    #expect(found.parts == aligned.parts)
    #expect(found.unpaired == 0)
  }

  @Test func unpairedSamplesAreCounted() throws {
    let other = ["9,test,x,x", "2,test,y,y", "3,test,x,x", "3,test,x,y"]
    let found = PredictionComparison.join(try table(Self.first), try table(other))
    // 1, 4, 5 and 6 of the first and 9 of the second; 3 is listed twice and counts once.
    #expect(found.unpaired == 5)
    #expect(found.relabelled == 1)
    #expect(found.parts.map(\.samples) == [1])
    #expect(found.parts.map(\.test.c) == [1])
  }

  /// Columns of numbers between and after the four that are needed are passed over.
  @Test func columnsOfLogitsAreIgnored() throws {
    for id in ["1", "\"1\""] {
      let text = "id,part,p_x,label,predicted,logit_x,logit_y\n\(id),test,0.9,x,y,-2.5e-07,3.0\n"
      let row = try #require(try PredictionTable(parsing: Array(text.utf8)).rows.first)
      #expect([row.id, row.part, row.label, row.predicted] == ["1", "test", "x", "y"])
    }
  }

  @Test func missingFilesAndColumnsAreReported() throws {
    let store = try SampleStore()
    func artifact(_ files: [String: String]) throws -> ArtifactRow {
      let manifest = try store.store(.init("predictions", .predictions, text: files))
      return ArtifactRow(
        stageRun: 1, port: "predictions", type: .predictions, digest: manifest.digest, bytes: 1)
    }
    let good = try artifact(["predictions.csv": "id,label,predicted\nx,y,y\n"])
    let bad = try artifact(["predictions.csv": "id,label\nx,y\n"])
    let other = try artifact(["other.csv": ""])
    let reader = ArtifactReader(store.objects)
    func problem(_ b: ArtifactRow) -> String? {
      PredictionComparison(
        cell: "scores", port: "predictions", a: good, b: b, reader: reader
      ).problem
    }
    #expect(problem(good) == nil)
    #expect(problem(bad)?.hasPrefix("b: predictions.csv: line 1: no column 'predicted'") == true)
    #expect(problem(other) == "b: no such file: predictions.csv")
    try store.lose(bad.digest)
    #expect(problem(bad)?.contains("cannot be read") == true)
  }
}
