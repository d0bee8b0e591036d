import Foundation
import Imaging
import Testing

@testable import Synthesis

/// The layouts of the collections beside the demo's, with the traps of the real ones.
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

  @Test func copiesShowOnePhotographMirrored() throws {
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

  @Test func lymphomaAndFAB() throws {
    let paths = try paths(.lymphoma, 12)
    #expect(count(paths, /Lymphoma\/(CLL|FL|MCL)\/sj-05-\d{4}(-R\d)?_\d{3}\.tif/) == 12)
    #expect(try self.paths(.fab, 6).count == 6)
  }

  @Test(arguments: [false, true]) func tiffsAreReadAsTheyWereWritten(alpha: Bool) throws {
    var image = Image(width: 37, height: 150)
    for index in image.pixels.indices { image.pixels[index] = UInt8(truncatingIfNeeded: index * 7) }
    #expect(try TIFFCodec.decode(TIFFWriter.encode(image, alpha: alpha)) == image)
  }

  @Test func theDemosImagesStayAsTheyWere() throws {
    // What is added to the generator must not move what the demo's numbers hang on.
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
