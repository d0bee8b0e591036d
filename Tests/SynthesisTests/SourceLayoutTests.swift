import Foundation
import Imaging
import Testing

@testable import Synthesis

/// The layouts of the sources outside the demo, with the traps of the real collections.
@Suite struct SourceLayoutTests {
  private func paths(_ source: SyntheticDataset.Source, _ count: Int) throws -> [String] {
    try withScratchFolder { folder in
      let plan = SyntheticDataset.Plan(seed: 5, counts: [source: count], sizeFactor: 0.25)
      try SyntheticDataset(plan).write(to: folder, threads: 2, digest: fnv)
      return try digests(below: folder).keys
        .filter { !$0.hasPrefix("masks/") && !$0.hasPrefix("synthesis") }.sorted()
    }
  }

  private func count(_ paths: [String], _ pattern: some RegexComponent) -> Int {
    paths.filter { $0.wholeMatch(of: pattern) != nil }.count
  }

  @Test func allIDB() throws {
    let paths = try paths(.allIDB, 16)
    #expect(count(paths, /ALL_IDB\/ALL_IDB1\/im\/Im\d{3}_[01]\.jpg/) == 5)
    #expect(count(paths, /ALL_IDB\/ALL_IDB1\/xyc\/Im\d{3}_[01]\.xyc/) == 5)
    #expect(count(paths, /ALL_IDB\/ALL_IDB2\/img\/Im\d{3}_[01]\.tif/) == 13)
    #expect(paths.count == 24 && paths.contains("ALL_IDB/readme.txt"))
  }

  @Test func centroidsAreOnTheBlasts() throws {
    let plan = SyntheticDataset.Plan(seed: 5, counts: [.allIDB: 16], sizeFactor: 1)
    try withScratchFolder { folder in
      try SyntheticDataset(plan).write(to: folder, threads: 2, digest: fnv)
      let fields = plan.images.filter { $0.path.contains("ALL_IDB1") }
      #expect(fields.count == 4)
      for field in fields {
        let name = field.path.split(separator: "/").last?.dropLast(4) ?? ""
        let text = String(
          decoding: try read(folder + "/ALL_IDB/ALL_IDB1/xyc/\(name).xyc"), as: UTF8.self)
        guard field.label == "1" else {
          #expect(text == "\n")
          continue
        }
        let cell = field.specimen(seed: 5).cell
        let points = text.split(separator: "\n").map { $0.split(separator: "\t").map { Int($0) } }
        #expect(points.count == field.frame.crowd)
        for point in points {
          let (x, y) = (try #require(point[0]), try #require(point[1]))
          #expect(cell[x, y, 0] == 255, "\(name): \(x) \(y)")
        }
      }
    }
  }

  @Test func kaggleCNMC() throws {
    let root = "C-NMC_Leukemia"
    let phase = "validation_data/C-NMC_test_prelim_phase_data"
    let table = phase + "/C-NMC_test_prelim_phase_data_labels.csv"
    let (paths, text) = try withScratchFolder { folder in
      let plan = SyntheticDataset.Plan(seed: 5, counts: [.cNMCKaggle: 160], sizeFactor: 0.25)
      try SyntheticDataset(plan).write(to: folder, threads: 2, digest: fnv)
      return (
        try files(below: folder + "/" + root),
        String(decoding: try read("\(folder)/\(root)/\(table)"), as: UTF8.self)
      )
    }
    let training = /training_data\/fold_[012]\/(all|hem)\/UID_[Hh]?\d+_\d+_\d+_(all|hem)\.bmp/
    #expect(count(paths, training) == 140)
    #expect(count(paths, /validation_data\/C-NMC_test_prelim_phase_data\/\d+\.bmp/) == 10)
    #expect(count(paths, /testing_data\/C-NMC_test_final_phase_data\/\d+\.bmp/) == 10)
    #expect(paths.count == 161)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.count == 10)
    // The table lists the images in its own folder, and no others.
    #expect(rows.allSatisfy { paths.contains("\(phase)/\($0[1])") })
  }

  @Test func mll() throws {
    let helmholtz = try paths(.mllHelmholtz, 20)
    #expect(count(helmholtz, /.*\/data\/[A-Za-z0-9_]+\/[A-Z]{3}\/image_\d+\.tif/) == 20)
    #expect(helmholtz.contains("AML-Cytomorphology_MLL_Helmholtz/metadata.csv"))
    #expect(helmholtz.filter { $0.hasSuffix(".npy") || $0.contains("/._") }.count == 2)
    let lmu = try paths(.mllLMU, 30)
    #expect(count(lmu, /.*\/AML-Cytomorphology\/([A-Z]{3})\/\1_\d{4}\.tiff/) == 30)
    #expect(
      lmu.filter { $0.hasSuffix("annotations.dat") || $0.hasSuffix("abbreviations.txt") }.count == 2
    )
  }

  @Test func raabin() throws {
    let paths = try paths(.raabin, 70)
    #expect(Set(paths.map { $0.split(separator: "/")[1] }) == ["Train", "TestA", "Test-B"])
    #expect(count(paths, /.*\/95-8-\d+-\d_\d+_1\.jpg/) == 50)
    #expect(count(paths, /.*\/2019\d{4}_11\d{4}_0\.jpg/) == 10)
    #expect(count(paths, /.*\/\d+\.jpg/) == 10)
    #expect(!paths.contains { $0.contains("Test-B/Basophil") })
  }

  @Test func bloodCellImages() throws {
    let paths = try paths(.bloodCellImages, 160)
    #expect(count(paths, /.*\/images\/(TRAIN|TEST|TEST_SIMPLE)\/[A-Z]+\/_\d+_\d+\.jpeg/) == 120)
    #expect(count(paths, /.*\/JPEGImages\/BloodImage_\d{5}\.jpg/) == 40)
    #expect(count(paths, /.*\/Annotations\/BloodImage_\d{5}\.xml/) == 40)
    #expect(paths.filter { $0.hasSuffix("labels.csv") }.count == 2)
  }

  @Test func basophilLabelsMatchTheKind() throws {
    let plan = SyntheticDataset.Plan(seed: 5, counts: [.bloodCellImages: 320], sizeFactor: 0.25)
    let basophils = plan.images.filter { $0.kind == .basophil }
    #expect(
      basophils.map { $0.path.suffix(6) } == [
        "09.jpg", "19.jpg", "29.jpg", "39.jpg", "49.jpg", "59.jpg", "69.jpg", "79.jpg",
      ])
    #expect(basophils.allSatisfy { $0.label == "BASOPHIL" && $0.path.contains("JPEGImages") })
    #expect(plan.images.allSatisfy { ($0.label == "BASOPHIL") == ($0.kind == .basophil) })
  }

  @Test func copiesAreOnePhotographMirrored() throws {
    let plan = SyntheticDataset.Plan(seed: 5, counts: [.bloodCellImages: 16], sizeFactor: 0.25)
    let copies = plan.images.filter { $0.label == "MONOCYTE" && !$0.path.contains("JPEGImages") }
    let images = copies.map { $0.specimen(seed: 5).image }
    #expect(images.count == 3 && Set(images).count == 3)
    #expect(images[0].oriented(.mirrored) == images[1])
    #expect(images[0].oriented(.upsideDown) == images[2])
  }

  @Test func taleqaniAndItsCopies() throws {
    let paths = try paths(.taleqani, 80)
    #expect(count(paths, /Taleqani\/Original\/Benign\/WBC-Benign-\d{3}\.jpg/) == 9)
    #expect(count(paths, /Taleqani\/Segmented\/Pro\/WBC-Malignant-Pro-\d{3}\.jpg/) == 10)
    #expect(
      paths.filter { $0.contains("Blood cell Cancer [ALL]/[Malignant] early Pre-B/") }.count == 2)
    #expect(paths.count == 84)
    let copies = try self.paths(.multiCancer, 16)
    #expect(count(copies, /Multi_Cancer\/ALL\/(all_[a-z]+)\/\1_\d{4}\.jpg/) == 16)
  }

  @Test func multiCancerImagesAreMirroredTaleqaniCells() {
    let plan = SyntheticDataset.Plan(
      seed: 5, counts: [.taleqani: 16, .multiCancer: 24], sizeFactor: 0.25)
    let originals = plan.images.filter { $0.path.contains("/Original/Pro/") }
    let copies = plan.images.filter { $0.label == "all_pro" }
    #expect(originals.count == 2 && copies.count == 6)
    for (index, copy) in copies.enumerated() {
      let original = originals[index / 3].specimen(seed: 5).image
      let turn: [Orientation] = [.mirrored, .upsideDown, .flipped]
      #expect(copy.specimen(seed: 5).image == original.oriented(turn[index % 3]))
    }
  }

  @Test func lymphomaAndFAB() throws {
    let paths = try paths(.lymphoma, 12)
    #expect(count(paths, /Lymphoma\/(CLL|FL|MCL)\/sj-05-\d{4}(-R\d)?_\d{3}\.tif/) == 12)
    #expect(try self.paths(.fab, 6).count == 6)
  }

  @Test(arguments: [false, true]) func tiffsRoundTrip(alpha: Bool) throws {
    var image = Image(width: 37, height: 150)
    for index in image.pixels.indices { image.pixels[index] = UInt8(truncatingIfNeeded: index * 7) }
    #expect(try TIFFCodec.decode(TIFFWriter.encode(image, alpha: alpha)) == image)
  }

  @Test func demoImagesAreUnchanged() throws {
    // Additions to the generator must not change the images on which the demo's numbers depend.
    let plan = SyntheticDataset.Plan(images: 2400)
    #expect(Set(plan.counts.keys) == Set(SyntheticDataset.Source.demo))
    let found = plan.images.enumerated().filter { $0.offset % 401 == 0 }.map {
      fnv($0.element.specimen(seed: plan.seed).image.pixels)
    }
    #expect(
      found == [
        "9b55ad8d82f58a71", "c6cd4ccd25d7b297", "1fa2eb4598282919", "d3a21752a839743e",
        "887db85f03f3ac93", "26a725d0a6b4cab2",
      ])
  }
}
