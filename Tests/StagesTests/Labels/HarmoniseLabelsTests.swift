import PipelineDSL
import Testing

@testable import Stages

@Suite struct HarmoniseLabelsTests {
  let pbc = [
    Sample(id: "a", source: "pbc", nativeLabel: "eosinophil", label: "eosinophil", group: ""),
    Sample(id: "a", source: "pbc", nativeLabel: "neutrophil", label: "neutrophil", group: ""),
    Sample(id: "b", source: "pbc", nativeLabel: "ig", label: "ig", group: ""),
    Sample(id: "c", source: "pbc", nativeLabel: "yeti", label: "yeti", group: ""),
  ]
  let cnmc = [
    Sample(id: "b", source: "c-nmc", nativeLabel: "hem", label: "hem", group: "c-nmc:h3"),
    Sample(id: "d", source: "c-nmc", nativeLabel: "all", label: "all", group: "c-nmc:1"),
  ]

  func run(_ harness: StageHarness, _ with: JSONObject) throws -> StageOutcome {
    let inputs = try [("pbc", pbc), ("c-nmc", cnmc)].map { name, samples in
      let table = CSVTable(
        columns: SamplesFormat.columns, rows: SampleTable(samples: samples).samples.map(\.fields))
      return try harness.artifact(name, [("samples.csv", table.bytes)])
    }
    return try harness.run("harmonise-labels", with, inputs: ["samples": inputs])
  }

  @Test func keepsOneSamplePerIDAndReportsDroppedOnes() throws {
    let outcome = try run(try StageHarness(), ["scheme": "cell-type"])
    #expect(try SampleTable(outcome["samples"]).samples.map(\.id) == ["b"])
    let dropped = try outcome.table("dropped", "dropped.csv").rows
    #expect(
      dropped.map { $0[0] + " " + $0[2] } == [
        "a eosinophil", "a neutrophil", "b hem", "c yeti", "d all",
      ])
    #expect(dropped[0][3] == "the same bytes under several labels: eosinophil, neutrophil")
    #expect(outcome.metrics["dropped/conflicting"] == 2)
    #expect(outcome.metrics["dropped/unmapped"] == 3)
    #expect(
      outcome.events.warnings.contains("dropped 1 of pbc/yeti: the scheme has no label for it"))
  }

  @Test func labelsOfTheSameClassDoNotConflict() throws {
    let outcome = try run(try StageHarness(), ["scheme": "five-class"])
    let samples = try SampleTable(outcome["samples"]).samples
    #expect(samples.map { $0.id + " " + $0.label } == ["a Healthy", "b Healthy", "d ALL"])
    // Of the two rows of b, the one with a patient is kept.
    #expect(samples[1].group == "c-nmc:h3")
    #expect(outcome.metrics["dropped/duplicate"] == 2)
    #expect(outcome.metrics["samples/Healthy"] == 2)
  }

  @Test func derivedSourcesAreReportedDroppedOrKept() throws {
    let harness = try StageHarness()
    let samples = ["bloodmnist", "pbc", "all-idb2"].flatMap { source in
      (0..<3).map {
        Sample(
          id: "\(source) \($0)", source: source, nativeLabel: "ig", label: "ig", group: "")
      }
    }
    let table = CSVTable(
      columns: SamplesFormat.columns, rows: SampleTable(samples: samples).samples.map(\.fields))
    let input = try harness.artifact("joined", [("samples.csv", table.bytes)])
    func run(_ derived: String) throws -> StageOutcome {
      try harness.run(
        "harmonise-labels", ["scheme": "cell-type", "derived": .string(derived)],
        inputs: ["samples": [input]])
    }
    let (warned, kept, dropped) = (try run("warn"), try run("keep"), try run("drop"))
    #expect(warned.digests == kept.digests)
    #expect(kept.events.warnings.isEmpty)
    #expect(warned.events.warnings.count == 1)
    #expect(warned.events.warnings[0].hasPrefix("'bloodmnist' is derived from 'pbc'"))
    // ALL_IDB2 has no original here.
    #expect(Set(try SampleTable(dropped["samples"]).samples.map(\.source)) == ["pbc", "all-idb2"])
    #expect(dropped.metrics["dropped/derived"] == 3)
    let rows = try dropped.table("dropped", "dropped.csv").rows
    #expect(rows.map { $0[1] } == ["bloodmnist", "bloodmnist", "bloodmnist"])
    #expect(rows[0][3].hasPrefix("derived from 'pbc'"))
  }

  @Test func sourceSpecificMappingTakesPrecedence() throws {
    let outcome = try run(
      try StageHarness(),
      ["scheme": "custom", "mapping": ["ig": "one", "pbc/ig": "two", "all": "three"]])
    let samples = try SampleTable(outcome["samples"]).samples
    #expect(samples.map { $0.id + " " + $0.label } == ["b two", "d three"])
  }

  @Test func refusesACustomSchemeWithoutMapping() throws {
    let kind = try #require(StageCatalogue.all["harmonise-labels"])
    #expect(throws: ParameterErrors.self) { try kind.resolve(["scheme": "custom"]) }
  }

  @Test func failsIfNoSampleIsLeft() throws {
    let harness = try StageHarness()
    let failure = #expect(throws: StageError.self) {
      try run(harness, ["scheme": "custom", "mapping": ["nothing": "X"]])
    }
    #expect(failure?.reason.contains("none of 6 samples") == true)
  }

  @Test(arguments: [
    ("Early Pre-B", "ALL"), ("[Malignant] Pro-B", "ALL"), ("H", "Healthy"), ("NORMAL", "Healthy"),
    ("CBFB_MYH11", "AML"), ("all_benign", "Healthy"), ("Cml", "CML"), ("FL", nil), ("", nil),
  ])
  func foldsSpellingVariantsOfLabels(native: String, label: String?) throws {
    let map = try LabelMap(.fiveClass)
    #expect(map.label(source: "any", native: native) == label)
  }

  @Test func tableAndMappingOverrideTheScheme() throws {
    let harness = try StageHarness()
    let root = try harness.write(
      [
        (
          "own.csv",
          Array("label,native,source\nMine,HEM,c-nmc\nOurs,eosinophil,\nOurs,neutrophil,\n".utf8)
        )
      ], under: "tables")
    let inputs = try [("pbc", pbc), ("c-nmc", cnmc)].map { name, samples in
      let table = CSVTable(
        columns: SamplesFormat.columns, rows: SampleTable(samples: samples).samples.map(\.fields))
      return try harness.artifact(name, [("samples.csv", table.bytes)])
    }
    let outcome = try harness.run(
      "harmonise-labels",
      ["scheme": "five-class", "mapping": ["ig": "", "yeti": "Snow"]],
      inputs: ["samples": inputs], locations: ["table": root + "/own.csv"])
    let samples = try SampleTable(outcome["samples"]).samples
    #expect(samples.map { $0.id + " " + $0.label } == ["a Ours", "b Mine", "c Snow", "d ALL"])
  }

  @Test func invalidTablesAreReported() throws {
    func problem(_ text: String) -> String {
      let error = #expect(throws: CSVError.self) {
        _ = try LabelMap.Layer(table: Array(text.utf8))
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(problem("label,name\nA,b\n").contains("no column 'native'"))
    #expect(
      problem("label,native\nA,b\nB,b\n").contains("'b' has the label 'A' in an earlier line"))
    #expect(problem("label,native\nA,\n").contains("the native label is empty"))
  }

  @Test(arguments: [
    (LabelScheme.fiveClass, ["ALL", "AML", "CLL", "CML", "Healthy"], 44),
    (.binary, ["ALL", "Healthy"], 33), (.aml, ["AML", "Benign"], 29),
    (.cml, ["Benign", "CML"], 21),
    (.allSubtypes, ["Benign", "Early", "Pre", "Pro"], 11), (.lymphoma, ["CLL", "FL", "MCL"], 3),
    (.lymphomaCML, ["CLL", "CML", "FL"], 3),
    (.fab, ["L1", "L2", "L3"], 3),
    (
      .cellType,
      [
        "basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil",
        "platelet",
      ], 19
    ),
  ])
  func everySchemeHasItsLabels(scheme: LabelScheme, labels: [String], rows: Int) throws {
    let table = try CSVTable(parsing: scheme.bytes)
    #expect(table.columns == ["label", "native", "source", "note"])
    #expect(Set(table.rows.map { $0[0] }).sorted() == labels)
    #expect(table.rows.count == rows)
    // Native labels are stored folded, so that duplicates are visible, and each only once.
    #expect(table.rows.allSatisfy { LabelMap.folded($0[1]) == $0[1] && !$0[3].isEmpty })
    #expect(Set(table.rows.map { $0[1] }).count == rows)
  }

  /// The public set has mantle cell lymphoma where the paper's text has CML.
  @Test func readingsOfTheLymphomaTripletDifferInOneClass() throws {
    let (sections, text) = (try LabelMap(.lymphoma), try LabelMap(.lymphomaCML))
    for native in ["CLL", "FL"] {
      #expect(sections.label(source: "lymphoma", native: native) == native)
      #expect(text.label(source: "lymphoma", native: native) == native)
    }
    #expect(sections.label(source: "lymphoma", native: "MCL") == "MCL")
    #expect(text.label(source: "lymphoma", native: "MCL") == nil)
    #expect(sections.label(source: "five-class", native: "CML") == nil)
    #expect(text.label(source: "five-class", native: "CML") == "CML")
  }

  @Test func schemesAgreeWithFiveClass() throws {
    let five = try LabelMap(.fiveClass)
    for (scheme, healthy) in [(LabelScheme.binary, "Healthy"), (.aml, "Benign"), (.cml, "Benign")] {
      for row in try CSVTable(parsing: scheme.bytes).rows {
        let label = five.label(source: "", native: row[1])
        #expect(label == (row[0] == healthy ? "Healthy" : row[0]), "\(scheme) \(row[1])")
      }
    }
    for row in try CSVTable(parsing: LabelScheme.allSubtypes.bytes).rows {
      #expect(five.label(source: "", native: row[1]) == (row[0] == "Benign" ? "Healthy" : "ALL"))
    }
  }

  /// One sample for each native label of the ingest kinds, and one that no scheme maps.
  private var everyNativeLabel: [Sample] {
    let names = [
      "c-nmc": ["all", "hem"], "all-idb1": ["ALL", "Healthy"],
      "mll-helmholtz": ["control", "NPM1", "CBFB_MYH11", "RUNX1_RUNX1T1", "PML_RARA"],
      "mll-lmu": IngestMLL.cellTypes,
      "pbc": [
        "basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil",
        "platelet",
      ],
      "blood-cell-images": IngestBloodCellImages.types,
      "taleqani": ["Benign", "[Malignant] early Pre-B", "Pre", "Pro"],
      "multi-cancer": ["all_benign", "all_early", "all_pre", "all_pro"],
      "five-class": ["ALL", "AML", "CLL", "CML", "H"], "lymphoma": ["CLL", "FL", "MCL"],
      "fab": ["L1", "L2", "L3"], "image-folder": ["yeti"],
    ]
    return names.flatMap { source, natives in
      natives.map {
        Sample(id: "\(source) \($0)", source: source, nativeLabel: $0, label: $0, group: "")
      }
    }
  }

  @Test(arguments: [
    (LabelScheme.fiveClass, "c61009984333", "e7d0e4eb6b23"),
    (.binary, "58e3400f605f", "ab1bac4ed039"),
    (.aml, "7d542aad9a6f", "84d088b68f0a"),
    (.cml, "f64e79a6aa5d", "9b8326cbf99f"),
    (.allSubtypes, "fb4f36e36c17", "204a9e38cbdf"),
    (.lymphoma, "c79abf80a5b5", "fd46a81f6666"),
    (.lymphomaCML, "fe29c5a5ba54", "017f50fe3b8c"),
    (.fab, "64519a6bfb7b", "42f282e9d496"),
    (.cellType, "0009ae2f7666", "ede680d8d47c"),
    (.custom, "4874d2d65fdb", "a41551eb3cef"),
  ])
  func bytesOfEverySchemeArePinned(scheme: LabelScheme, samples: String, dropped: String) throws {
    let harness = try StageHarness()
    let table = CSVTable(
      columns: SamplesFormat.columns,
      rows: SampleTable(samples: everyNativeLabel).samples.map(\.fields))
    let mapping: JSONObject = ["lymphoma/CLL": "section", "CLL": "film", "yeti": "Snow"]
    let outcome = try harness.run(
      "harmonise-labels",
      ["scheme": .string(scheme.rawValue), "mapping": .object(scheme == .custom ? mapping : [:])],
      inputs: ["samples": [try harness.artifact("all", [("samples.csv", table.bytes)])]])
    let rows = try SampleTable(outcome["samples"]).samples.count
    #expect(
      rows + (try outcome.table("dropped", "dropped.csv").rows.count) == everyNativeLabel.count)
    #expect(outcome.digests == ["samples": samples, "dropped": dropped], "\(scheme)")
  }

  @Test func bytesArePinned() throws {
    let outcome = try run(try StageHarness(), ["scheme": "five-class"])
    #expect(outcome.digests == ["samples": "eebcb08a441b", "dropped": "d8cf0eb2a807"])
    #expect(HarmoniseLabels.revision == 3)
  }
}
