import Foundation
import Imaging
import Testing

@testable import Synthesis

@Suite struct SyntheticDatasetTests {
  @Test func bytesDoNotDependOnThreads() throws {
    let (one, three) = try withScratchFolder { folder in
      let data = SyntheticDataset(smallPlan)
      try data.write(to: folder + "/1", threads: 1, digest: fnv)
      try data.write(to: folder + "/3", threads: 3, digest: fnv)
      return (try digests(below: folder + "/1"), try digests(below: folder + "/3"))
    }
    #expect(one == three)
    #expect(one.count > 200)
  }

  @Test func addingImagesChangesNoOthers() throws {
    var counts = smallPlan.counts
    counts[.bloodMNIST] = nil
    let few = SyntheticDataset.Plan(seed: 5, counts: counts, sizeFactor: 0.3)
    let many = SyntheticDataset.Plan(
      seed: 5, counts: counts.mapValues { $0 + 9 }, sizeFactor: 0.3)
    let (before, after) = try withScratchFolder { folder in
      try SyntheticDataset(few).write(to: folder + "/a", threads: 2, digest: fnv)
      try SyntheticDataset(many).write(to: folder + "/b", threads: 2, digest: fnv)
      return (try digests(below: folder + "/a"), try digests(below: folder + "/b"))
    }
    let tables = ["csv", "json", "dat"]
    for (path, digest) in before where !tables.contains(where: path.hasSuffix) {
      #expect(after[path] == digest, "\(path)")
    }
    #expect(after.count > before.count)
  }

  @Test func theSeedChangesEveryImage() throws {
    let first = smallPlan.images
    let second = SyntheticDataset.Plan(seed: 6, counts: smallPlan.counts, sizeFactor: 0.3).images
    for index in stride(from: 0, to: first.count, by: 7) {
      #expect(first[index].specimen(seed: 5).image != second[index].specimen(seed: 6).image)
    }
  }

  @Test func finishedOutputIsLeftUntouched() throws {
    let plan = SyntheticDataset.Plan(counts: [.imageFolder: 8], sizeFactor: 0.3)
    try withScratchFolder { folder in
      var told: [Int] = []
      let made = try SyntheticDataset(plan).write(to: folder, threads: 1, digest: fnv) {
        done, all in
        told.append(done)
        #expect(all == 8)
      }
      #expect(made)
      #expect(told == [8])
      try "kept".write(toFile: folder + "/image-folder/note.txt", atomically: true, encoding: .utf8)
      #expect(try !SyntheticDataset(plan).write(to: folder, threads: 1, digest: fnv))
      #expect(try read(folder + "/image-folder/note.txt") == Array("kept".utf8))
      // Another plan replaces it.
      let other = SyntheticDataset.Plan(seed: 3, counts: [.imageFolder: 4], sizeFactor: 0.3)
      #expect(try SyntheticDataset(other).write(to: folder, threads: 1, digest: fnv))
      #expect(try files(below: folder + "/image-folder").count == 4)
      // Interrupted output is regenerated.
      try FileManager.default.moveItem(
        atPath: folder + "/synthesis.json", toPath: folder + "/synthesis.begun.json")
      #expect(try SyntheticDataset(other).write(to: folder, threads: 1, digest: fnv))
      #expect(!FileManager.default.fileExists(atPath: folder + "/synthesis.begun.json"))
    }
  }

  @Test func foreignDataIsNeverReplaced() throws {
    try withScratchFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/five-class/ALL", withIntermediateDirectories: true)
      let problem = #expect(throws: SynthesisError.self) {
        try SyntheticDataset(smallPlan).write(to: folder, threads: 1, digest: fnv)
      }
      #expect(problem?.description.contains("not written by synthesise: five-class") == true)
      #expect(FileManager.default.fileExists(atPath: folder + "/five-class/ALL"))
    }
  }

  @Test func pathsAreUnique() {
    // All names of a plan far larger than the default, including planted copies.
    let counts = SyntheticDataset.Source.allCases.map { ($0, $0 == .allIDB ? 996 : 9000) }
    let images = SyntheticDataset.Plan(counts: Dictionary(uniqueKeysWithValues: counts)).images
    let files = images.filter { $0.encoding != nil }.flatMap { [$0.path] + $0.copies }
    #expect(Set(files).count == files.count)
    #expect(Set(images.map(\.maskPath)).count == images.count)
  }

  @Test func countsBeyondTheNumberingAreRefused() throws {
    let plan = SyntheticDataset.Plan(counts: [.allIDB: 997])
    try withScratchFolder { folder in
      let problem = #expect(throws: SynthesisError.self) {
        try SyntheticDataset(plan).write(to: folder, threads: 1, digest: fnv)
      }
      #expect(problem?.description.contains("at most 996 images, not 997") == true)
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
    // Equal shares are limited to that maximum.
    let shares = SyntheticDataset.Plan(images: 4000, sources: [.allIDB, .fab]).counts
    #expect(shares == [.allIDB: 996, .fab: 2000])
  }

  @Test func theSummaryCountsWhatIsWritten() throws {
    let summary = SyntheticDataset(smallPlan).summary
    #expect(summary.sources.map(\.source) == SyntheticDataset.Source.allCases)
    #expect(summary.images == 17 * 32 + 8)
    #expect(summary.masks == 17 * 32)
    let demo = SyntheticDataset().summary
    #expect(abs(demo.images - 2400) < 20)
    #expect(
      demo.sources.first { $0.source == .fiveClass }?.classes.map(\.label)
        == ["ALL", "AML", "CLL", "CML", "H"])
  }
}
