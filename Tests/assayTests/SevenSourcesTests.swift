import Foundation
import PipelineDSL
import TestSupport
import Testing

/// Ingests every layout that the generator writes, and those of paper A in one run.
@Suite struct SevenSourcesTests {
  /// The rows of a table that a stage wrote, by column.
  private func rows(
    _ project: Project, _ file: String, in cell: String, port: String
  ) throws -> [[String: String]] {
    let table = try CSVTable(
      parsing: Array(try project.text(of: file, in: cell, port: port).utf8))
    return table.rows.map { row in
      Dictionary(uniqueKeysWithValues: zip(table.columns, row))
    }
  }

  @Test func sourcesOfPaperARunInOnePipeline() throws {
    let text = try String(
      contentsOfFile: Repository.path("Pipelines/seven-sources.json"), encoding: .utf8)
    let project = try Project(text)
    let written = try project.assay(
      "synthesise", "data/seven", "--sources", "seven", "--images", "320")
    try #require(written.exit == 0, "\(written.text)")
    try project.edit(#""size": 64, "epochs": 15"#, to: #""size": 16, "epochs": 2"#)
    try project.edit(#""per-class": 1"#, to: #""per-class": 1, "samples": 60, "segments": 12"#)
    #expect(try project.executed().count == 21)

    let kept = try rows(project, "samples.csv", in: "labels", port: "samples")
    #expect(
      Set(kept.compactMap { $0["source"] }) == [
        "all-idb1", "all-idb2", "blood-cell-images", "bloodmnist", "c-nmc", "mll-helmholtz",
        "mll-lmu", "pbc", "raabin",
      ])
    #expect(Set(kept.compactMap { $0["label"] }) == ["ALL", "AML", "Healthy"])
    // No sample is lost between the sources and the corpus.
    let dropped = try rows(project, "dropped.csv", in: "labels", port: "dropped")
    var ingested = 0
    for stage in [
      "all-idb", "c-nmc", "mll", "mll-lmu", "raabin", "pbc", "bloodmnist", "blood-cell-images",
    ] {
      ingested += try rows(project, "samples.csv", in: stage, port: "samples").count
    }
    #expect(kept.count + dropped.count == ingested)
    #expect(Set(dropped.compactMap { $0["source"] }) == ["mll-lmu", "pbc"])
    // In the second run everything is cached.
    #expect(try project.executed().isEmpty)
  }

  @Test func everyLayoutIsIngestedWithItsTraps() throws {
    let project = try Project(Self.everyLayout)
    let written = try project.assay("synthesise", "data", "--sources", "all", "--images", "512")
    try #require(written.exit == 0, "\(written.text)")
    #expect(try project.executed().count == Self.expected.count)
    for (stage, samples, groups, reasons) in Self.expected {
      let rows = try rows(project, "samples.csv", in: stage, port: "samples")
      #expect(Set(rows.compactMap { $0["id"] }).count == samples, "\(stage)")
      #expect(Set(rows.compactMap { $0["group"] }).subtracting([""]).count == groups, "\(stage)")
      let rejected = try self.rows(project, "rejected.csv", in: stage, port: "rejected")
      let found = Dictionary(rejected.compactMap { $0["reason"] }.map { ($0, 1) }) { $0 + $1 }
      #expect(found == reasons, "\(stage)")
    }
  }

  private static let merged = "same content and label as another file"

  /// For 32 images per source: distinct samples, groups, and rejected files by reason.
  private static let expected: [(String, Int, Int, [String: Int])] = [
    ("c-nmc", 32, 22, [:]),
    ("c-nmc-kaggle", 30, 20, ["the final test phase has no published labels": 2]),
    ("all-idb", 32, 0, ["its name is not that of an ALL-IDB image, Im001_1.jpg": 1, merged: 2]),
    (
      "mll-helmholtz", 32, 15,
      ["hidden file, ignored": 1, "not an image file: its name ends in 'npy'": 1]
    ),
    ("mll-lmu", 32, 0, [:]), ("raabin", 32, 11, [:]),
    ("pbc", 32, 0, ["hidden file, ignored": 1, merged: 1]),
    ("bloodmnist", 32, 0, [:]),
    (
      "blood-cell-images", 31, 15,
      ["labels.csv has several cell types for it: BASOPHIL, NEUTROPHIL": 1]
    ),
    ("taleqani", 16, 0, ["a segmented image; images is original": 16, merged: 4]),
    ("multi-cancer", 32, 0, [:]), ("lymphoma", 32, 12, [:]), ("fab", 32, 0, [:]),
    ("five-class", 32, 0, [:]), ("image-folder", 32, 0, [:]),
    ("pak-all", 32, 0, [:]),
  ]

  private static let everyLayout = """
    {
      "assay": 1,
      "name": "every-layout",
      "stages": {
        "c-nmc": { "uses": "ingest/c-nmc", "with": { "root": "data/C_NMC_Leukemia" } },
        "c-nmc-kaggle": { "uses": "ingest/c-nmc", "with": { "root": "data/C-NMC_Leukemia" } },
        "all-idb": { "uses": "ingest/all-idb", "with": { "root": "data/ALL_IDB" } },
        "mll-helmholtz": {
          "uses": "ingest/mll", "with": { "root": "data/AML-Cytomorphology_MLL_Helmholtz" }
        },
        "mll-lmu": {
          "uses": "ingest/mll",
          "with": { "root": "data/AML-Cytomorphology_LMU", "collection": "lmu" }
        },
        "raabin": { "uses": "ingest/raabin", "with": { "root": "data/Raabin-WBC" } },
        "pbc": { "uses": "ingest/pbc", "with": { "root": "data/PBC_dataset_normal_DIB" } },
        "bloodmnist": { "uses": "ingest/bloodmnist", "with": { "root": "data/BloodMNIST" } },
        "blood-cell-images": {
          "uses": "ingest/blood-cell-images",
          "with": { "root": "data/BloodCell_Images", "collection": "both" }
        },
        "taleqani": { "uses": "ingest/taleqani", "with": { "root": "data/Taleqani" } },
        "multi-cancer": { "uses": "ingest/multi-cancer", "with": { "root": "data/Multi_Cancer" } },
        "lymphoma": { "uses": "ingest/lymphoma", "with": { "root": "data/Lymphoma" } },
        "fab": { "uses": "ingest/fab", "with": { "root": "data/FAB" } },
        "five-class": { "uses": "ingest/five-class", "with": { "root": "data/five-class" } },
        "image-folder": { "uses": "ingest/image-folder", "with": { "root": "data/image-folder" } },
        "pak-all": {
          "uses": "ingest/image-folder", "with": { "root": "data/Pak-ALL", "source": "pak-all" }
        }
      }
    }
    """
}
