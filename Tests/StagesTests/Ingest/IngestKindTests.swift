import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestKindTests {
  private func place(_ kind: String, _ parameters: JSONObject) -> String? {
    var parameters = parameters
    parameters["root"] = "data"
    return StageCatalogue.all[kind]?.whereToGet("root", for: parameters)
  }

  @Test("published sets name the place where they can be obtained")
  func publishedSetsNameTheirPlace() {
    #expect(
      place("ingest/pbc", [:]) == "PBC_dataset_normal_DIB: https://doi.org/10.17632/snkd93bnjr.1")
    #expect(place("ingest/c-nmc", [:])?.contains("tcia.2019.dc64i46r") == true)
    #expect(place("ingest/all-idb", [:])?.contains("ALL_IDB1") == true)
    #expect(place("ingest/image-folder", [:]) == nil)
  }

  @Test("of several sets, the parameters select the one that is named")
  func parametersSelectTheSet() {
    #expect(place("ingest/mll", ["collection": "lmu"])?.contains("36f5o9ld") == true)
    #expect(place("ingest/mll", ["collection": "lmu"])?.contains("Helmholtz") == false)
    #expect(place("ingest/mll", [:])?.contains("Helmholtz") == true)
  }

  @Test("the work of an ingest is its number of files, and of an archive its size")
  func workIsTheNumberOfFiles() throws {
    var load = StageLoad()
    (load.files, load.bytes) = (40, 2_100_000)
    let parameters: JSONObject = ["root": "data"]
    let folder = try #require(StageCatalogue.all["ingest/pbc"])
    #expect(folder.work(for: parameters, load)?.units == 40)
    #expect(folder.handsOn(for: parameters, load).samples == 40)
    let archive = try #require(StageCatalogue.all["ingest/bloodmnist"])
    #expect(archive.work(for: parameters, load)?.units == 1000)
    #expect(archive.handsOn(for: parameters, load).samples == 1000)
  }
}
