import PipelineDSL
import Testing

@testable import Stages

/// Every task of the papers: its data sets are ingested and get the task's labels.
@Suite struct PaperTasksTests {
  /// A data set: the kind that ingests it, its parameters, and one file per class.
  struct DataSet: Sendable {
    let kind: String
    var with: JSONObject = [:]
    let paths: [String]

    static let pakALL = DataSet(
      kind: "ingest/image-folder", with: ["source": "pak-all"],
      paths: ["Benign", "Early", "Pre", "Pro"].map { "Pak-ALL/\($0)/1.jpg" })
    static let taleqani = DataSet(
      kind: "ingest/taleqani",
      paths: ["Benign", "Early", "Pre", "Pro"].map { "Original/\($0)/WBC-1.jpg" })
    static let sister = DataSet(
      kind: "ingest/taleqani",
      paths: ["Benign", "[Malignant] early Pre-B", "[Malignant] Pre-B", "[Malignant] Pro-B"].map {
        "Blood cell Cancer [ALL]/\($0)/1.jpg"
      })
    static let multiCancer = DataSet(
      kind: "ingest/multi-cancer",
      paths: ["all_benign", "all_early", "all_pre", "all_pro"].map { "ALL/\($0)/\($0)_1.jpg" })
    static let fab = DataSet(
      kind: "ingest/fab", paths: ["L1", "L2", "L3"].map { "\($0)/1.jpg" })
    static let fiveClass = DataSet(
      kind: "ingest/five-class", paths: ["ALL", "AML", "CLL", "CML", "H"].map { "\($0)/1.jpg" })
    static let lymphoma = DataSet(
      kind: "ingest/lymphoma",
      paths: ["CLL", "FL", "MCL"].map { "\($0)/sj-05-5269-R1_001.tif" })
    static let myeloid = DataSet(
      kind: "ingest/image-folder", with: ["source": "aml"], paths: ["AML/1.jpg", "Benign/1.jpg"])
    static let smartphone = DataSet(
      kind: "ingest/image-folder", with: ["source": "cml"], paths: ["Benign/1.jpg", "CML/1.jpg"])
  }

  /// A task: its scheme and data sets, the labels that come out, and the rows that are dropped.
  struct Task: Sendable, CustomTestStringConvertible {
    let scheme: LabelScheme
    let sets: [DataSet]
    let labels: [String]
    var dropped = 0

    var testDescription: String {
      "\(scheme.rawValue): " + sets.map(\.kind).joined(separator: ", ")
    }
  }

  private static let stages = ["Benign", "Early", "Pre", "Pro"]
  private static let triplet = ["CLL", "CML", "FL"]

  static let tasks = [
    Task(scheme: .allSubtypes, sets: [.pakALL], labels: stages),
    Task(scheme: .allSubtypes, sets: [.taleqani], labels: stages),
    Task(scheme: .allSubtypes, sets: [.sister], labels: stages),
    Task(scheme: .allSubtypes, sets: [.multiCancer], labels: stages),
    Task(scheme: .binary, sets: [.pakALL, .taleqani, .multiCancer], labels: ["ALL", "Healthy"]),
    Task(scheme: .fab, sets: [.fab], labels: ["L1", "L2", "L3"]),
    Task(
      scheme: .fiveClass, sets: [.fiveClass], labels: ["ALL", "AML", "CLL", "CML", "Healthy"]),
    Task(scheme: .lymphoma, sets: [.lymphoma], labels: ["CLL", "FL", "MCL"]),
    // CML is no lymphoma: its images come from another set, and mantle cells are left out.
    Task(scheme: .lymphomaCML, sets: [.lymphoma, .fiveClass], labels: triplet, dropped: 4),
    // Benign is the healthy class of the five-class set, or a set's own folder Benign.
    Task(scheme: .aml, sets: [.fiveClass], labels: ["AML", "Benign"], dropped: 3),
    Task(scheme: .aml, sets: [.myeloid], labels: ["AML", "Benign"]),
    Task(scheme: .aml, sets: [.myeloid, .taleqani], labels: ["AML", "Benign"], dropped: 3),
    Task(scheme: .cml, sets: [.fiveClass], labels: ["Benign", "CML"], dropped: 3),
    Task(scheme: .cml, sets: [.smartphone], labels: ["Benign", "CML"]),
    Task(scheme: .cml, sets: [.smartphone, .taleqani], labels: ["Benign", "CML"], dropped: 3),
  ]

  @Test("The data sets of a task are ingested and get its labels", arguments: tasks)
  func everyTaskHasItsLabels(task: Task) throws {
    let harness = try StageHarness()
    var inputs: [InputArtifact] = []
    var count = 0
    for (index, set) in task.sets.enumerated() {
      // Distinct contents: each file is a sample of its own.
      let files = try set.paths.map { path in
        count += 1
        return (path: path, bytes: try Pictures.bmp(UInt8(10 * count)))
      }
      let root = try harness.write(files, under: "data \(index)")
      let outcome = try harness.run(set.kind, set.with, locations: ["root": root])
      #expect(try outcome.table("rejected", "rejected.csv").rows.isEmpty)
      inputs.append(outcome["samples"])
    }
    let outcome = try harness.run(
      "harmonise-labels", ["scheme": .string(task.scheme.rawValue), "derived": "keep"],
      inputs: ["samples": inputs])
    let table = try SampleTable(outcome["samples"])
    #expect(table.classes == task.labels)
    #expect(table.samples.count == count - task.dropped)
    #expect(try outcome.table("dropped", "dropped.csv").rows.count == task.dropped)
  }
}
