import Foundation
import Imaging
import PipelineDSL
import Synthesis

@testable import Stages

/// A synthetic set of five classes in which problems can be planted, and its inspection.
struct PlantedData {
  /// One image file: its class, its name and its content.
  struct File {
    var label: String
    var name: String
    var bytes: [UInt8]
    var group = ""

    /// The decoded image.
    func image() throws -> Image { try ImageCodec.decode(bytes) }
  }

  var files: [File]

  /// A clean set of `count` images.
  init(_ count: Int = 100, seed: UInt64, sizeFactor: Double = 0.5) throws {
    let harness = try StageHarness()
    let root = harness.folder + "/synthetic"
    let plan = SyntheticDataset.Plan(
      seed: seed, counts: [.fiveClass: count], sizeFactor: sizeFactor)
    try SyntheticDataset(plan).write(to: root, threads: 2) { Digest.of($0).hex }
    let names = try FileManager.default.subpathsOfDirectory(atPath: root + "/five-class")
    files = try names.filter { $0.hasSuffix(".jpg") }.sorted().map { path in
      let bytes = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: root + "/five-class/" + path)))
      let parts = path.split(separator: "/").map(String.init)
      return File(label: parts[0], name: parts[1], bytes: bytes)
    }
  }

  /// Changes the images of some classes, and encodes all images of the set again.
  func changed(
    _ labels: Set<String> = ["ALL", "H"], quality: Int = 92, _ change: (Image) throws -> Image
  ) throws -> PlantedData {
    var data = self
    for index in files.indices {
      let image = try files[index].image()
      let isChosen = labels.contains(files[index].label)
      data.files[index].bytes = try JPEGCodec.encode(
        isChosen ? change(image) : image, quality: isChosen ? quality : 92)
    }
    return data
  }

  /// Adds a changed copy of every fifth image, optionally under another class.
  func copied(
    label: String? = nil, _ encode: (Image) throws -> [UInt8]
  ) throws -> PlantedData {
    var data = self
    for index in stride(from: 0, to: files.count, by: 5) {
      let file = files[index]
      data.files.append(
        File(
          label: label ?? file.label, name: "copy_" + file.name,
          bytes: try encode(file.image())))
    }
    return data
  }

  /// The outcome of `inspect-data` on the crops of the set.
  func inspected(
    _ with: JSONObject = [:], split: JSONObject? = [:], crop: JSONObject = [:],
    cropLocations: [String: String] = [:], threads: Int = 2
  ) throws -> StageOutcome {
    let harness = try StageHarness()
    let groups = CSVTable(
      columns: ["path", "label", "group"],
      rows: files.map { ["\($0.label)/\($0.name)", $0.label, $0.group] })
    let root = try harness.write(
      files.map { ("\($0.label)/\($0.name)", $0.bytes) } + [("manifest.csv", groups.bytes)],
      under: "data")
    let ingest = try harness.run("ingest/manifest", locations: ["root": root])
    var cropping: JSONObject = ["size": 64, "sheet": 0]
    for member in crop.members { cropping[member.name] = member.value }
    let crops = try harness.run(
      "crop-normalise", cropping, inputs: ["samples": [ingest["samples"]]],
      locations: cropLocations)
    var inputs = ["images": [crops["images"]]]
    if let split {
      inputs["split"] = [
        try harness.run("split", split, inputs: ["images": [crops["images"]]])["split"]
      ]
    }
    inputs["samples"] = [ingest["samples"]]
    inputs["files"] = [ingest["files"]]
    return try harness.run("inspect-data", with, inputs: inputs, threads: threads)
  }
}

extension StageOutcome {
  /// The rows of `findings.csv` by kind.
  func findings() throws -> [String: [[String: String]]] {
    let table = try table("findings", "findings.csv")
    return Dictionary(
      grouping: table.rows.map { row in
        Dictionary(zip(table.columns, row)) { first, _ in first }
      }
    ) { $0["kind"] ?? "" }
  }
}
