import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestMLLTests {
  @Test func groupsHelmholtzImagesByPatient() throws {
    let outcome = try IngestBench().run(
      "ingest/mll",
      [
        "data/control/AQK/image_0.tif", "data/NPM1/abc/image_1.tif",
        "data/pml_rara/XYZ/image_0.tif", "data/CBFB_MYH11/QRS/image_3.tif", "data/NPM1/image_7.tif",
      ],
      [
        (
          "metadata.csv",
          Array("patient_id,bag_label,age\nAQK,control,40\nABC,NPM1,50\nQRS,NPM1,1\n".utf8)
        ), ("data/NPM1/abc/fnl34_bn_features_layer_7.npy", [1]),
        ("data/NPM1/abc/._image_1.tif", [1]),
      ])
    #expect(
      outcome.samples == [
        "data/control/AQK/image_0.tif": "mll-helmholtz | control | mll:AQK | ",
        "data/NPM1/abc/image_1.tif": "mll-helmholtz | NPM1 | mll:ABC | ",
        "data/pml_rara/XYZ/image_0.tif": "mll-helmholtz | PML_RARA | mll:XYZ | ",
      ])
    #expect(
      outcome.rejected == [
        "data/CBFB_MYH11/QRS/image_3.tif": "metadata.csv gives its patient QRS the label NPM1",
        "data/NPM1/image_7.tif": "not in a patient's folder below one of the diagnosis",
        "data/NPM1/abc/fnl34_bn_features_layer_7.npy": "not an image file: its name ends in 'npy'",
        "data/NPM1/abc/._image_1.tif": "hidden file, ignored",
      ])
  }

  @Test func labelsLMUImagesByCellType() throws {
    let outcome = try IngestBench().run(
      "ingest/mll",
      [
        "AML-Cytomorphology/BAS/BAS_0001.tiff", "AML-Cytomorphology/MYO/MYO_0203_107.tiff",
        "AML-Cytomorphology/XYZ/XYZ_0001.tiff",
      ],
      [
        ("annotations.dat", [65]), ("abbreviations.txt", [65]),
        ("AML-Cytomorphology/BAS/b.txt", [1]),
      ],
      with: ["collection": "lmu"])
    #expect(
      outcome.samples == [
        "AML-Cytomorphology/BAS/BAS_0001.tiff": "mll-lmu | BAS |  | ",
        "AML-Cytomorphology/MYO/MYO_0203_107.tiff": "mll-lmu | MYO |  | ",
      ])
    #expect(
      outcome.rejected == [
        "AML-Cytomorphology/XYZ/XYZ_0001.tiff": "not below a folder of a class",
        "AML-Cytomorphology/BAS/b.txt": "not an image file: its name ends in 'txt'",
      ])
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func readsTheRealSample() throws {
    let data = try #require(sharedData)
    let outcome = try StageHarness().run(
      "ingest/mll", ["collection": "lmu"], locations: ["root": data + "/AML-Cytomorphology_LMU"])
    #expect(outcome.metrics["samples"] == 15 && outcome.metrics["rejected"] == 0)
    let sizes = try outcome.table("files", "files.csv").rows.map { $0[3] }
    #expect(sizes.filter { $0 == "400" }.count == 5 && sizes.filter { $0 == "360" }.count == 10)
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run(
      "ingest/mll", ["control/A/image_0.tif", "NPM1/B/image_0.tif"])
    #expect(
      outcome.digests == [
        "samples": "5e4a987b7be0", "files": "56c915903a52", "rejected": "25e2841bee6c",
      ])
    #expect(IngestMLL.revision == 2)
  }
}
