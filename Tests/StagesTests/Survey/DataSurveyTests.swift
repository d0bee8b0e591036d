import Foundation
import Imaging
import PipelineDSL
import Synthesis
import Testing

@testable import Stages

/// Surveys of folders with complete, damaged and unknown data sets.
@Suite struct DataSurveyTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// Surveys files at these paths; those without bytes are distinct tiny images.
  private func survey(
    _ paths: [String], _ other: [(path: String, bytes: [UInt8])] = []
  ) throws -> DataSurvey {
    let images = try paths.enumerated().map { (path: $1, bytes: try Pictures.bmp(UInt8($0 + 1))) }
    return try DataSurvey(of: harness.write(images + other, under: "data"), threads: 2)
  }

  @Test func recognisesEveryGeneratedLayout() throws {
    let root = harness.folder + "/synthetic"
    let plan = SyntheticDataset.Plan(
      seed: 5, images: 640, sources: SyntheticDataset.Source.collections, sizeFactor: 0.1)
    try SyntheticDataset(plan).write(to: root, threads: 2) { Digest.of($0).hex }
    let survey = try DataSurvey(of: root, threads: 2)
    let photographs = survey.sets.first { $0.name == "Kaggle blood-cells, dataset-master" }
    #expect(photographs?.problems == [], "their table is theirs")
    #expect(
      survey.sets.map(\.kind).uniqued == [
        "ingest/all-idb", "ingest/mll", "ingest/blood-cell-images", "ingest/bloodmnist",
        "ingest/c-nmc", "ingest/fab", "ingest/lymphoma", "ingest/multi-cancer", "ingest/pbc",
        "ingest/image-folder", "ingest/raabin", "ingest/taleqani", "ingest/five-class",
      ])
    #expect(survey.sets.allSatisfy { $0.images > 0 })
    #expect(survey.files == survey.sets.reduce(0) { $0 + $1.files } + strangers(survey))
    // The suggested stages resolve as a pipeline.
    var stages = JSONObject()
    for member in survey.stages.members where !member.name.hasSuffix("-2") {
      stages[member.name] = member.value
    }
    let pipeline: JSONValue = [
      "assay": 1, "name": "surveyed", "stages": .object(stages),
    ]
    _ = try PipelineResolver.resolve(
      bytes: Array(JSONPrettyForm.text(of: pipeline).utf8), file: "surveyed.json",
      catalogue: StageCatalogue.all)
  }

  private func strangers(_ survey: DataSurvey) -> Int {
    survey.unknown.reduce(0) { $0 + $1.files }
  }

  @Test func comparesCountsWithThePublishedOnes() throws {
    let paths = ["L1", "L2", "L3"].flatMap { type in (1...50).map { "FAB/\(type)/\($0).bmp" } }
    let whole = try survey(paths)
    #expect(whole.isSound)
    #expect(whole.sets[0].counts.map(\.found) == [50, 50, 50])
    #expect(whole.stages["fab"] == whole.sets[0].line)
  }

  @Test func reportsMissingAndExcessImages() throws {
    let paths = ["L1", "L2", "L3"].flatMap { type in
      (1...(type == "L2" ? 52 : 48)).map { "FAB/\(type)/\($0).bmp" }
    }
    let survey = try survey(paths)
    #expect(
      survey.sets[0].problems == [
        "4 of 150 published images are missing", "2 more images than published",
      ])
    #expect(!survey.isSound)
  }

  @Test func reportsGapsInTheNumbering() throws {
    let numbers = (1...108).filter { ![7, 8, 9, 44].contains($0) }
    let survey = try survey(
      numbers.map { "ALL_IDB1/im/Im\(String(format: "%03d", $0))_\($0 <= 49 ? 1 : 0).jpg" })
    #expect(survey.sets[0].name == "ALL_IDB1")
    #expect(survey.sets[0].problems.contains("numbers missing: 7-9, 44"))
  }

  @Test func reportsTruncatedFiles() throws {
    let whole = try Pictures.bmp(9)
    let survey = try survey(
      ["FAB/L1/1.bmp", "FAB/L2/1.bmp"],
      [("FAB/L3/2.bmp", Array(whole.dropLast(10))), ("FAB/L3/3.bmp", [])])
    let problems = survey.sets[0].problems
    #expect(problems.contains("1 image: empty (0 bytes): L3/3.bmp"))
    #expect(problems.contains { $0.hasSuffix("cut short: L3/2.bmp") })
  }

  @Test func reportsEqualFilesUnderSeveralLabels() throws {
    let bytes = try Pictures.bmp(200)
    let survey = try survey(
      ["FAB/L1/1.bmp", "FAB/L2/1.bmp"], [("FAB/L2/7.bmp", bytes), ("FAB/L3/7.bmp", bytes)])
    #expect(
      survey.sets[0].notes == [
        "the same bytes in several files, 1 set of them; 'harmonise-labels' keeps one: L2/7.bmp, "
          + "L3/7.bmp; 1 set under several labels, of which none is kept: L2/7.bmp, L3/7.bmp"
      ])
  }

  @Test func warnsIfARootIncludesAnotherSetsFiles() throws {
    let survey = try survey([
      "T/Benign/WBC-Benign-001.jpg", "T/Early/WBC-Malignant-Early-001.jpg",
      "T/Blood cell Cancer [ALL]/Benign/a.jpg",
      "T/Blood cell Cancer [ALL]/[Malignant] Pro-B/b.jpg",
    ])
    #expect(survey.sets.map(\.name) == ["Taleqani", "Taleqani, sister release"])
    #expect(
      survey.sets[0].problems.contains {
        $0.contains("would also take 2 files of other sets, such as Blood cell Cancer [ALL]/")
      })
    #expect(survey.sets[1].folder.hasSuffix("data/T/Blood cell Cancer [ALL]"))
  }

  @Test func recognisesClassFoldersAndManifests() throws {
    let survey = try survey(
      ["mine/good/1.png", "mine/bad/1.png", "listed/a/1.png"],
      [("listed/manifest.csv", Array("path,label\na/1.png,x\n".utf8)), ("notes.txt", [65])])
    #expect(survey.sets.map(\.kind) == ["ingest/manifest", "ingest/image-folder"])
    #expect(survey.unknown == [.init(folder: "", files: 1, first: "notes.txt")])
  }

  @Test func folderWithoutDataIsNotSound() throws {
    let survey = try survey([], [("readme.md", [65])])
    #expect(survey.sets.isEmpty && !survey.isSound)
    #expect(throws: StageError.self) { try DataSurvey(of: "/nowhere/at/all", threads: 1) }
  }

  @Test func linksOutOfTheFolderAreReported() throws {
    let root = try harness.write(
      [(path: "FAB/L1/1.bmp", bytes: try Pictures.bmp(1))], under: "data")
    try FileManager.default.createSymbolicLink(
      atPath: root + "/FAB/L1/2.bmp", withDestinationPath: "/etc/hostname")
    let survey = try DataSurvey(of: root, threads: 1)
    #expect(survey.problems == ["FAB/L1/2.bmp: a link that leads out of the folder"])
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func recognisesRealSetsAndCountsEveryFile() throws {
    let root = try #require(sharedData)
    let survey = try DataSurvey(of: root, threads: 2)
    #expect(
      survey.sets.map(\.name) == [
        "AML-Cytomorphology_LMU", "Kaggle blood-cells, dataset2", "BloodMNIST", "C-NMC 2019",
        "PBC_dataset_normal_DIB",
      ])
    #expect(survey.sets.map(\.images) == [15, 391, 960, 10, 992])
    #expect(survey.unknown.map(\.first) == ["README.md"])
    #expect(survey.files == survey.sets.reduce(0) { $0 + $1.files } + 1)
  }

  /// Ingests each set: every file is a sample, auxiliary, or rejected with a reason.
  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func everyRealFileIsASampleOrRejected() throws {
    let survey = try DataSurvey(of: try #require(sharedData), threads: 2)
    var (rejected, auxiliary) = ([String](), [String]())
    for set in survey.sets {
      var with = set.parameters
      with["root"] = nil
      let outcome = try harness.run(set.kind, with, locations: ["root": set.folder])
      let samples = try outcome.table("files", "files.csv").rows.map { $0[1] }
      let reasons = try outcome.table("rejected", "rejected.csv").rows
      rejected += reasons.map { "\(set.kind) \($0[0]): \($0[1])" }
      let known = Set(samples).union(reasons.map { $0[0] })
      // The samples of BloodMNIST are in one file.
      let files = try FolderListing(set.folder).paths.filter { !$0.hasSuffix(".npz") }
      auxiliary += files.filter { !known.contains($0) }
    }
    // PBC has 17 pairs of equal files, one of them under two labels.
    let merged = rejected.filter { $0.hasSuffix("same content and label as another file") }
    #expect(merged.count == 16 && merged.allSatisfy { $0.hasPrefix("ingest/pbc ") })
    #expect(
      rejected.filter { !merged.contains($0) }
        == ["ingest/pbc neutrophil/.DS_169665.jpg: hidden file, ignored"])
    #expect(auxiliary.map { $0.split(separator: "/").last } == ["labels.csv"])
  }
}

extension [String] {
  /// The distinct elements, in order of first occurrence.
  fileprivate var uniqued: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
