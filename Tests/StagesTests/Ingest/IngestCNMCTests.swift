import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestCNMCTests {
  let labels = Array(
    "Patient_ID,new_names,labels\nUID_57_1_1_all.bmp,1.bmp,1\nUID_H30_2_1_hem.bmp,2.bmp,0\n".utf8)

  func training(_ folder: String) throws -> [(path: String, bytes: [UInt8])] {
    [
      ("\(folder)/fold_0/all/UID_1_2_2_all.bmp", try Pictures.bmp(1)),
      ("\(folder)/fold_0/hem/UID_H3_4_1_hem.bmp", try Pictures.bmp(2)),
      ("\(folder)/fold_1/hem/UID_h3_5_1_hem.bmp", try Pictures.bmp(3)),
    ]
  }

  func phases(_ prelim: String, _ table: String, _ final: String) throws
    -> [(path: String, bytes: [UInt8])]
  {
    [
      ("\(prelim)/1.bmp", try Pictures.bmp(4)), ("\(prelim)/2.bmp", try Pictures.bmp(5)),
      ("\(prelim)/3.bmp", try Pictures.bmp(6)), (table, labels),
      ("\(final)/1.bmp", try Pictures.bmp(7)),
    ]
  }

  func run(_ files: [(path: String, bytes: [UInt8])]) throws -> StageOutcome {
    let harness = try StageHarness()
    return try harness.run(
      "ingest/c-nmc", locations: ["root": try harness.write(files, under: "data")])
  }

  @Test(arguments: [
    (
      "C_NMC_Leukemia/C-NMC_training_data", "C-NMC_test_prelim_phase_data",
      "C-NMC_test_prelim_phase_data_labels.csv", "C-NMC_test_final_phase_data"
    ),
    (
      "C-NMC_training_data", "C-NMC_test_prelim_phase_data/C-NMC_test_prelim_phase_data",
      "C-NMC_test_prelim_phase_data/C-NMC_test_prelim_phase_data_labels.csv",
      "C-NMC_test_final_phase_data/C-NMC_test_final_phase_data"
    ),
    (
      "training_data", "validation_data/C-NMC_test_prelim_phase_data",
      "validation_data/C-NMC_test_prelim_phase_data_labels.csv",
      "testing_data/C-NMC_test_final_phase_data"
    ),
    (
      "training_data", "prelim", "prelim/labels.csv", "testing_data"
    ),
  ])
  func readsEveryLayout(train: String, prelim: String, table: String, final: String) throws {
    let outcome = try run(try training(train) + phases(prelim, table, final))
    let samples = try SampleTable(outcome["samples"]).samples
    #expect(
      samples.map { "\($0.label) \($0.group)" }.sorted() == [
        "all c-nmc:1", "all c-nmc:57", "hem c-nmc:h3", "hem c-nmc:h3", "hem c-nmc:h30",
      ])
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    let reasons = Dictionary(uniqueKeysWithValues: rejected.map { ($0[0], $0[1]) })
    #expect(
      reasons == [
        "\(final)/1.bmp": "the final test phase has no published labels",
        "\(prelim)/3.bmp": "not among the names of the labels CSV",
      ])
  }

  @Test func missingLabelsAreReported() throws {
    let failure = #expect(throws: StageError.self) {
      try run([("prelim/1.bmp", try Pictures.bmp(1))])
    }
    #expect(failure?.reason.contains("no labels CSV beside or inside its folder") == true)
  }

  @Test func otherTablesAreRejected() throws {
    let outcome = try run(
      try training("training_data") + [("notes.csv", Array("a,b\n1,2\n".utf8))])
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    #expect(rejected.map { $0[0] } == ["notes.csv"])
    #expect(rejected[0][1].contains("no column 'new_names'"))
  }

  @Test func bytesArePinned() throws {
    let outcome = try run(
      try training("training_data") + phases("prelim", "prelim/labels.csv", "final"))
    #expect(
      outcome.digests == [
        "samples": "46f7f7b3cb85", "files": "1860b4cd17ce", "rejected": "2d96db58bbff",
      ])
    #expect(IngestCNMC.revision == 3)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func readsTheRealSample() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let outcome = try harness.run("ingest/c-nmc", locations: ["root": data + "/C-NMC_Leukemia"])
    let samples = try SampleTable(outcome["samples"]).samples
    #expect(samples.count == 10)
    #expect(samples.count { $0.group == "c-nmc:h3" } == 2)
    #expect(outcome.metrics["samples/all"] == 5)
  }
}
