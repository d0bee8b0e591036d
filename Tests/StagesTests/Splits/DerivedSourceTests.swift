import Foundation
import Imaging
import PipelineDSL
import Synthesis
import Testing

@testable import Stages

/// Sources made from another one: both in one split.
@Suite struct DerivedSourceTests {
  @Test func listsTheSourcesOfWhichBothSidesArePresent() {
    #expect(DerivedSource.present(in: ["pbc", "c-nmc"]).isEmpty)
    #expect(
      DerivedSource.present(in: ["pbc", "bloodmnist", "all-idb2"]).map(\.name) == ["bloodmnist"])
    #expect(Set(DerivedSource.all.map(\.name)).isDisjoint(with: DerivedSource.all.map(\.origin)))
  }

  /// An archive of the centre crops of images.
  static func archive(_ images: [Image]) throws -> [UInt8] {
    let small = images.map { image in
      image.cropped(
        to: Rectangle(
          x: (image.width - 200) / 2, y: (image.height - 200) / 2, width: 200, height: 200)
      ).resized(width: 28, height: 28, by: .bicubic)
    }
    var members: [(String, NPYArray)] = []
    for (offset, part) in ["train", "val", "test"].enumerated() {
      let own = small.indices.filter { $0 % 3 == offset }
      members.append(
        (
          "\(part)_images",
          NPYArray(uint8: own.flatMap { small[$0].pixels }, shape: [own.count, 28, 28, 3])
        ))
      members.append(
        (
          "\(part)_labels",
          NPYArray(uint8: [UInt8](repeating: 0, count: own.count), shape: [own.count, 1])
        ))
    }
    return try NPZArchive.encode(members, deflated: true)
  }

  @Test func tiesCropsToTheirOriginals() throws {
    let harness = try StageHarness()
    let root = harness.folder + "/synthetic"
    let plan = SyntheticDataset.Plan(seed: 4, counts: [.pbc: 40])
    try SyntheticDataset(plan).write(to: root, threads: 2) { Digest.of($0).hex }
    let pbc = try harness.run("ingest/pbc", locations: ["root": root + "/PBC_dataset_normal_DIB"])
    let ids = Set(try SampleTable(pbc["samples"]).samples.map(\.id)).sorted()
    let snapshot = OriginalFiles([try StageHarness.snapshot(of: root)])
    let images = try ids.map { id in
      try ImageCodec.decode(snapshot.read(try #require(Digest(hex: id))))
    }
    let archive = try Self.archive(images)
    let folder = try harness.write([("bloodmnist.npz", archive)], under: "mnist")
    let mnist = try harness.run("ingest/bloodmnist", locations: ["root": folder])
    let labels = try harness.run(
      "harmonise-labels", ["scheme": "five-class"],
      inputs: ["samples": [pbc["samples"], mnist["samples"]]])
    let crops = try harness.run(
      "crop-normalise", ["size": 32, "sheet": 0], inputs: ["samples": [labels["samples"]]])

    func apart(_ with: JSONObject) throws -> (pairs: Int, outcome: StageOutcome) {
      let outcome = try harness.run("split", with, inputs: ["images": [crops["images"]]])
      let parts = try SplitTable(outcome["split"]).parts
      let hex = Digest.of(archive).hex
      let pairs = ids.indices.count { index in
        let member = "\(hex):\(["train", "val", "test"][index % 3])/\(index / 3)"
        return parts[ids[index]] != parts[member]
      }
      return (pairs, outcome)
    }
    let tied = try apart(["near-duplicates": 16, "derived": "tie"])
    #expect(tied.pairs == 0)
    #expect(tied.outcome.metrics["derived/bloodmnist/samples"] == Double(ids.count))
    #expect(tied.outcome.metrics["derived/bloodmnist/tied"] == Double(ids.count))
    #expect(!tied.outcome.events.warnings.contains { $0.contains("derived") })
    #expect(Set(try SplitTable(tied.outcome["split"]).parts.values).count == 3)
    // Neither plain hashes of whole images nor none find them.
    let warned = try apart(["near-duplicates": 16])
    #expect(warned.pairs > 0)
    #expect(warned.outcome.events.warnings.contains { $0.contains("derived from 'pbc'") })
    #expect(try apart([:]).pairs > 0)
    // Threads do not matter.
    let alone = try harness.run(
      "split", ["near-duplicates": 16, "derived": "tie"], inputs: ["images": [crops["images"]]],
      threads: 1)
    #expect(alone.digests == tied.outcome.digests)
    // Together with groups, folds, and a source left out.
    for with: JSONObject in [
      ["method": "k-fold", "fold": 2], ["method": "counts", "counts": [30, 10, 10]],
    ] {
      var with = with
      with["near-duplicates"] = 16
      with["derived"] = "tie"
      #expect(try apart(with).pairs == 0)
    }
    // Originals of the test source's images are in no part.
    _ = try harness.run(
      "split",
      [
        "near-duplicates": 16, "derived": "tie", "method": "leave-source-out",
        "test-source": "bloodmnist", "validation": 0,
      ], inputs: ["images": [crops["images"]]],
      body: { values, context in
        let failure = #expect(throws: StageError.self) {
          try StageCatalogue.all["split"]?.run(values, context)
        }
        #expect(failure?.reason.contains("no sample is left for training") == true)
      })
  }

  /// The calibration of the limit of 16 bits: BloodMNIST's cells among 992 images of PBC.
  ///
  /// Prints the distances. Pairs are known by their pixels: the crop resized as BloodMNIST's
  /// authors did equals the member.
  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func limitIsCalibratedOnRealPairs() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let pbc = try harness.run(
      "ingest/pbc", locations: ["root": data + "/PBC_dataset_normal_DIB"])
    let mnist = try harness.run("ingest/bloodmnist", locations: ["root": data + "/BloodMNIST"])
    let originals = OriginalFiles(
      try ["/PBC_dataset_normal_DIB", "/BloodMNIST"].map {
        try StageHarness.snapshot(of: data + $0)
      })
    let table = SampleTable(
      samples: try SampleTable(pbc["samples"]).samples + SampleTable(mnist["samples"]).samples)
    var seen: Set<String> = []
    let samples = table.samples.filter { seen.insert($0.id).inserted }
    var reader = OriginalReader(originals)
    let sources = try reader.sources(of: samples[...])
    let source = try #require(DerivedSource.all.first { $0.name == "bloodmnist" })
    let hashes = try Parallel.map(samples.count, threads: 2) { index in
      let image = try sources[index].image(originals)
      let view = samples[index].source == "pbc" ? source.view(of: image) : nil
      return (
        hash: PerceptualHash(view ?? image),
        pixels: (view ?? image).resized(width: 28, height: 28, by: .bicubic).pixels
      )
    }
    let derived = samples.indices.filter { samples[$0].source == "bloodmnist" }
    let origins = samples.indices.filter { samples[$0].source == "pbc" }
    var distances: [Int] = []
    var closest = Int.max
    for one in derived {
      for other in origins {
        let distance = hashes[one].hash.turnedDistance(to: hashes[other].hash)
        if hashes[one].pixels == hashes[other].pixels {
          distances.append(distance)
        } else {
          closest = min(closest, distance)
        }
      }
    }
    for (place, one) in origins.enumerated() {
      for other in origins[..<place] {
        closest = min(closest, hashes[one].hash.turnedDistance(to: hashes[other].hash))
      }
    }
    distances.sort()
    let found = distances.count { $0 <= 16 }
    print(
      "\(found) of \(distances.count) pairs within 16 bits; median \(distances[distances.count / 2]), "
        + "largest \(distances.last ?? 0); closest unrelated pair \(closest)")
    #expect(distances.count >= 960)
    #expect(Double(found) >= 0.99 * Double(distances.count))
    #expect(closest > 3 * 16)
  }

  /// Parts of real photographs, found by search.
  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func partsOfRealPhotographsAreFound() throws {
    let root = try #require(sharedData) + "/BloodCell_Images"
    let names = try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".jpeg") }.sorted()
    let photographs = try names.enumerated().filter { $0.offset % 16 == 0 }.map {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: root + "/" + $0.element)))
      return try ImageCodec.decode(bytes)
    }
    let cuts = try photographs.enumerated().map { index, image in
      let (x, y) = (index * 37 % 200, index * 53 % 120)
      let part = image.cropped(to: Rectangle(x: x, y: y, width: 120, height: 120))
      return try JPEGCodec.decode(JPEGCodec.encode(part))
    }
    let search = CutOuts(cuts)
    let found = try Parallel.map(photographs.count, threads: 2) {
      search.found(in: photographs[$0], within: 16)
    }
    let own = found.enumerated().count { $1.contains($0) }
    let others = found.enumerated().reduce(0) {
      $0 + $1.element.count { [at = $1.offset] in $0 != at }
    }
    print("\(own) of \(cuts.count) parts found in their photograph, \(others) in others")
    #expect(Double(own) >= 0.95 * Double(cuts.count))
    #expect(others == 0)
  }
}
