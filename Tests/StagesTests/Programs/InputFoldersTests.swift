import Foundation
import PipelineDSL
import Testing

@testable import Stages

@Suite struct InputFoldersTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  @Test func singleArtifactIsTheFolder() throws {
    let artifact = try harness.artifact("a", [("x.csv", [65]), ("deep/y.csv", [66])])
    let folders = try InputFolders.make(["data": [artifact]], below: harness.folder + "/in")
    let folder = try #require(folders["data"])
    #expect(FileManager.default.contents(atPath: folder + "/x.csv") == Data([65]))
    #expect(FileManager.default.contents(atPath: folder + "/deep/y.csv") == Data([66]))
  }

  @Test func cellsAreNamedByTheirCoordinates() throws {
    let cell = try harness.artifact(
      "a", [("x", [65])], coordinates: ["seed": 3, "backbone": ["name": "a/b"]])
    let other = try harness.artifact("b", [("x", [66])])
    #expect(InputFolders.name(of: cell, at: 0) == "backbone=a-b,seed=3")
    let folders = try InputFolders.make(["data": [cell, other]], below: harness.folder + "/in")
    let folder = try #require(folders["data"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.sorted() == ["2", "backbone=a-b,seed=3"])
  }
}
