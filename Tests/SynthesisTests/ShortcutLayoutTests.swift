import Imaging
import Testing

@testable import Synthesis

/// The layout for plants, without any.
@Suite struct ShortcutLayoutTests {
  @Test("class, source, part and slide are independent, and each image has its own patient")
  func cleanSetIsBalanced() throws {
    let entries = ShortcutLayout.entries(630, seed: 3, sizeFactor: 0.25, plants: [])
    #expect(entries.count == 630)
    #expect(Set(entries.map(\.group)).count == 630)
    #expect(entries.allSatisfy { $0.truth.isEmpty })
    var counts: [String: Int] = [:]
    for entry in entries {
      counts["\(entry.image.label) \(entry.source) \(entry.part)", default: 0] += 1
    }
    #expect(counts.count == 27)
    for (name, count) in counts {
      #expect(count == (name.hasSuffix("train") ? 49 : name.hasSuffix("test") ? 14 : 7), "\(name)")
    }
    let slides = Dictionary(grouping: entries) {
      "\($0.image.look.light) \($0.image.label) \($0.source) \($0.part == "validation")"
    }
    #expect(slides.count == 7 * 18 && Set(slides.values.map(\.count)) == [1, 9])
  }

  @Test("files, manifest and masks agree")
  func filesAgree() throws {
    let set = try PlantedSet([], count: 30)
    #expect(set.rows.count == 30 && set.truth.isEmpty)
    #expect(Set(set.rows.map(\.id)).count == 30)
    #expect(Set(set.masks.keys) == Set(set.rows.map(\.id)))
    for row in set.rows {
      #expect(row.path.hasPrefix("\(row.label)/\(row.label)_"))
      let (image, mask) = (try row.image(), try #require(set.masks[row.id]))
      #expect(image.width == 64 && mask.width == 64 && mask.height == 64)
      #expect(Set(mask.pixels) == [0, 255])
    }
  }

  @Test("the border does not tell the class or the source, in ten seeds")
  func borderTellsNothing() {
    for seed in UInt64(1)...10 {
      let entries = ShortcutLayout.entries(90, seed: seed, sizeFactor: 0.25, plants: [])
      let colours = entries.map { $0.image.specimen(seed: seed).image.borderColour }
      for labels in [entries.map(\.image.label), entries.map(\.source)] {
        let accuracy = neighbourAccuracy(colours, labels)
        #expect(accuracy < 0.5, "seed \(seed): \(accuracy)")
      }
    }
  }
}
