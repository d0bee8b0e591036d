import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestBloodCellImagesTests {
  private let copies = [
    "dataset2-master/dataset2-master/images/TRAIN/EOSINOPHIL/_0_107.jpeg",
    "dataset2-master/images/TEST/LYMPHOCYTE/_12_9.jpeg",
    "dataset2-master/images/TEST_SIMPLE/MONOCYTE/_3_4.jpeg",
  ]
  private let photographs = (0..<5).map { "dataset-master/JPEGImages/BloodImage_0000\($0).jpg" }
  private let table = Array(
    ",Image,Category\n,0,NEUTROPHIL\n,1,\"NEUTROPHIL, EOSINOPHIL\"\n,2,\n,3,BASOPHIL\n".utf8)

  @Test func groupsCopiesByPhotograph() throws {
    let outcome = try IngestBench().run(
      "ingest/blood-cell-images", copies + photographs + ["x/TRAIN/EOSINOPHIL/cell.jpeg"],
      [("dataset-master/labels.csv", table), ("dataset-master/Annotations/B.xml", [65])])
    #expect(
      outcome.samples == [
        copies[0]:
          "blood-cell-images | EOSINOPHIL | blood-cell-images:TRAIN/EOSINOPHIL/0 | train",
        copies[1]: "blood-cell-images | LYMPHOCYTE | blood-cell-images:TEST/LYMPHOCYTE/12 | test",
        copies[2]: "blood-cell-images | MONOCYTE | blood-cell-images:TEST_SIMPLE/MONOCYTE/3 | test",
      ])
    #expect(outcome.rejected.count == 6)
    #expect(outcome.rejected[photographs[0]] == "a photograph; collection is dataset2")
    #expect(
      outcome.rejected["x/TRAIN/EOSINOPHIL/cell.jpeg"]
        == "its name is not that of a copy, _<photograph>_<random>.jpeg")
  }

  @Test func labelsPhotographsFromTheTable() throws {
    let outcome = try IngestBench().run(
      "ingest/blood-cell-images", photographs + copies, [("dataset-master/labels.csv", table)],
      with: ["collection": "dataset-master"])
    #expect(
      outcome.samples == [
        photographs[0]: "blood-cell-images | NEUTROPHIL | blood-cell-images:photograph/0 | ",
        photographs[3]: "blood-cell-images | BASOPHIL | blood-cell-images:photograph/3 | ",
      ])
    #expect(
      outcome.rejected[photographs[1]]
        == "labels.csv has several cell types for it: EOSINOPHIL, NEUTROPHIL")
    #expect(outcome.rejected[photographs[2]] == "labels.csv has no cell type for it")
    #expect(outcome.rejected[photographs[4]] == "labels.csv has no row for its number")
    #expect(outcome.rejected[copies[0]]?.contains("collection is dataset-master") == true)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func everyRealFileIsASampleOrRejected() throws {
    let data = try #require(sharedData)
    let outcome = try StageHarness().run(
      "ingest/blood-cell-images", ["collection": "both"],
      locations: ["root": data + "/BloodCell_Images"])
    let files = try #require(outcome.metrics["files"])
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    // 391 images; the table with their labels is neither a sample nor rejected.
    #expect(files + Double(rejected.count) == 391)
    #expect(rejected.allSatisfy { $0[1].hasPrefix("labels.csv gives it") })
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/blood-cell-images", copies)
    #expect(
      outcome.digests == [
        "samples": "8bb0898de732", "files": "19d19ba5afe2", "rejected": "25e2841bee6c",
      ])
    #expect(IngestBloodCellImages.revision == 2)
  }
}
