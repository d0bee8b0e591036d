import Foundation
import Imaging
import Testing

@testable import Synthesis

/// The written folders, read as a user of the real collections would.
@Suite struct LayoutTests {
  /// Writes `count` images of one source and calls `body` with the folder.
  private func written(
    _ source: SyntheticDataset.Source, count: Int = 80, _ body: (String) throws -> Void
  ) throws {
    let plan = SyntheticDataset.Plan(seed: 9, counts: [source: count], sizeFactor: 0.25)
    try withScratchFolder { folder in
      try SyntheticDataset(plan).write(to: folder, threads: 2, digest: fnv)
      try body(folder)
    }
  }

  /// The mask of each sample by id.
  private func masks(_ folder: String) throws -> [String: Image] {
    let lines = String(decoding: try read(folder + "/masks/masks.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.first == "id,path")
    #expect(lines.dropFirst().elementsEqual(lines.dropFirst().sorted()))
    var masks: [String: Image] = [:]
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      masks[fields[0]] = try PNGCodec.decode(
        read(folder + "/masks/" + fields[1]), channels: 1)
    }
    return masks
  }

  /// Checks that each image has a mask of its size with a nucleus.
  private func check(_ paths: [String], in folder: String) throws {
    let masks = try masks(folder)
    var ids: Set<String> = []
    for path in paths {
      let bytes = try read(folder + "/" + path)
      let image = try ImageCodec.decode(bytes)
      let id = fnv(bytes)
      let mask = try #require(masks[id], "\(path)")
      #expect(mask.channels == 1 && mask.width == image.width && mask.height == image.height)
      #expect(Set(mask.pixels) == [0, 255])
      ids.insert(id)
    }
    #expect(ids == Set(masks.keys))
  }

  @Test func cNMC() throws {
    try written(.cNMC, count: 160) { folder in
      let paths = try files(below: folder + "/C_NMC_Leukemia")
      let images = paths.filter { $0.hasSuffix(".bmp") }
      #expect(images.count == 160)
      try check(images.map { "C_NMC_Leukemia/" + $0 }, in: folder)
      let pattern =
        /C-NMC_training_data\/fold_([012])\/(all|hem)\/UID_([Hh]?\d+)_\d+_\d+_(all|hem)\.bmp/
      var folds: [String: Set<Substring>] = [:]
      var cells: [String: Int] = [:]
      var headers: Set<UInt8> = []
      var spellings: Set<Substring> = []
      for path in images {
        headers.insert(try read(folder + "/C_NMC_Leukemia/" + path)[10])
        guard let match = path.wholeMatch(of: pattern) else { continue }
        #expect(match.2 == match.4)
        #expect((match.4 == "hem") == match.3.lowercased().hasPrefix("h"))
        let subject = match.3.uppercased()
        folds[subject, default: []].insert(match.1)
        cells[subject, default: 0] += 1
        spellings.insert(match.3.prefix { $0.isLetter })
      }
      #expect(headers == [54, 138])
      #expect(spellings == ["", "H", "h"])
      #expect(cells.values.reduce(0, +) == 140)
      #expect(folds.count == 18 && folds.values.allSatisfy { $0.count == 1 })
      #expect(cells.values.allSatisfy { $0 > 3 })
      let table = String(
        decoding: try read(
          folder + "/C_NMC_Leukemia/C-NMC_test_prelim_phase_data/"
            + "C-NMC_test_prelim_phase_data_labels.csv"), as: UTF8.self)
      let rows = table.split(separator: "\n")
      #expect(rows.first == "Patient_ID,new_names,labels")
      #expect(rows.count == 21)
      for row in rows.dropFirst() {
        let fields = row.split(separator: ",")
        #expect(fields[0].hasSuffix(fields[2] == "1" ? "_all.bmp" : "_hem.bmp"))
        #expect(images.contains { $0.hasSuffix("prelim_phase_data/\(fields[1])") })
      }
    }
  }

  @Test func pbc() throws {
    try written(.pbc) { folder in
      let paths = try files(below: folder + "/PBC_dataset_normal_DIB")
      let images = paths.filter { !$0.contains("/.") }
      #expect(paths.count == 83 && images.count == 82)
      #expect(paths.contains("neutrophil/.DS_169665.jpg"))
      #expect(throws: ImageError.self) {
        try ImageCodec.decode(read(folder + "/PBC_dataset_normal_DIB/neutrophil/.DS_169665.jpg"))
      }
      try check(images.map { "PBC_dataset_normal_DIB/" + $0 }, in: folder)
      var folders: [String: Set<String>] = [:]
      for path in images {
        folders[fnv(try read(folder + "/PBC_dataset_normal_DIB/" + path)), default: []]
          .insert(String(path.prefix { $0 != "/" }))
        #expect(path.wholeMatch(of: /[a-z]+\/[A-Z]+_\d+\.jpg/) != nil)
      }
      #expect(folders.count == 80)
      #expect(folders.values.filter { $0.count == 2 } == [["eosinophil", "neutrophil"]])
      let prefixes = Set(images.map { $0.split(separator: "/")[1].prefix { $0 != "_" } })
      #expect(prefixes.isSuperset(of: ["BA", "EO", "ERB", "LY", "MO", "PLATELET", "BNE", "SNE"]))
    }
  }

  @Test func bloodMNIST() throws {
    try written(.bloodMNIST, count: 160) { folder in
      let bytes = try read(folder + "/BloodMNIST/bloodmnist.npz")
      let archive = try NPZArchive(parsing: bytes)
      let masks = try masks(folder)
      var seen = 0
      for (part, share) in [("train", 112), ("val", 16), ("test", 32)] {
        #expect(try archive.member("\(part)_images").shape == [share, 28, 28, 3])
        let labels = try archive.member("\(part)_labels")
        #expect(labels.shape == [share, 1])
        #expect(Set(labels.bytes) == Set(0...7))
        for row in 0..<share {
          let mask = try #require(masks["\(fnv(bytes)):\(part)/\(row)"])
          #expect(mask.width == 28 && mask.height == 28)
          seen += 1
        }
      }
      #expect(seen == masks.count)
    }
  }

  @Test(arguments: [
    (SyntheticDataset.Source.fiveClass, "five-class", ["ALL", "AML", "CLL", "CML", "H"]),
    (.imageFolder, "image-folder", ["Benign", "Early", "Pre", "Pro"]),
    (.pakALL, "Pak-ALL", ["Benign", "Early", "Pre", "Pro"]),
  ])
  func classFolders(
    source: SyntheticDataset.Source, root: String, classes: [String]
  ) throws {
    try written(source) { folder in
      let paths = try files(below: folder + "/" + root)
      #expect(paths.count == 80)
      #expect(Set(paths.map { String($0.prefix { $0 != "/" }) }) == Set(classes))
      try check(paths.map { root + "/" + $0 }, in: folder)
    }
  }
}
