import Imaging
import Testing

@testable import Synthesis

/// The four kinds of planted copies, measured on the written files.
@Suite struct PlantedCopiesTests {
  private func set(_ kind: Plant.Kind, _ strength: Plant.Strength) throws -> PlantedSet {
    let set = try PlantedSet([Plant(kind, strength)])
    let share = Plant(kind, strength).amount
    #expect(abs(Double(set.truth.count) - share * 90) <= 2.5, "\(set.truth.count)")
    #expect(set.rows.count == 90 + set.truth.count)
    return set
  }

  @Test("exact duplicates have the pixels of another file", arguments: Plant.Strength.allCases)
  func exactDuplicates(strength: Plant.Strength) throws {
    for (copy, original) in try set(.exactDuplicate, strength).pairs(.exactDuplicate) {
      #expect(copy.bytes != original.bytes)
      #expect(try copy.image() == original.image())
      #expect(copy.label == original.label && copy.group != original.group)
    }
  }

  @Test("label conflicts have the pixels of a file with another label")
  func labelConflicts() throws {
    let set = try set(.labelConflict, .high)
    for (copy, original) in try set.pairs(.labelConflict) {
      #expect(try copy.image() == original.image())
      #expect(copy.label != original.label && copy.path.hasPrefix(copy.label + "/"))
      #expect(set.masks[copy.id] == set.masks[original.id])
    }
    let labels = Set(try set.pairs(.labelConflict).map { $0.original.label })
    #expect(labels == ["ALL", "CLL", "Healthy"])
  }

  @Test("near duplicates are mirrored, turned, brighter or compressed again")
  func nearDuplicates() throws {
    let set = try set(.nearDuplicate, .high)
    var found: [String: Int] = [:]
    for (copy, original) in try set.pairs(.nearDuplicate) {
      let (changed, image) = (try copy.image(), try original.image())
      #expect(changed != image)
      if changed.difference(to: image.oriented(.mirrored)) < 3 {
        found["mirrored", default: 0] += 1
      } else if changed.difference(to: image.oriented(.right)) < 3 {
        found["turned", default: 0] += 1
      } else if changed.mean / image.mean > 1.04 {
        #expect(changed.difference(to: image) < 20)
        found["brighter", default: 0] += 1
      } else {
        #expect(changed.difference(to: image) < 5)
        #expect(copy.bytes.count < original.bytes.count)
        found["compressed", default: 0] += 1
      }
      #expect(copy.label == original.label && copy.group != original.group)
    }
    #expect(Set(found.keys) == ["mirrored", "turned", "brighter", "compressed"], "\(found)")
    #expect(found.values.allSatisfy { $0 >= 2 }, "\(found)")
  }

  @Test("the same cell of the same patient is shown larger and elsewhere")
  func sameCells() throws {
    let set = try set(.sameCell, .high)
    var straddling = 0
    for (copy, original) in try set.pairs(.sameCell) {
      let (changed, image) = (try copy.image(), try original.image())
      #expect(changed.width == image.width && changed.height == image.height)
      #expect(changed.difference(to: image) > 4)
      #expect(copy.group == original.group && copy.label == original.label)
      func area(_ id: String) throws -> Int {
        try #require(set.masks[id]).pixels.count { $0 == 255 }
      }
      let growth = Double(try area(copy.id)) / Double(try area(original.id))
      #expect(growth > 1.1 && growth < 1.75, "\(growth)")
      straddling += copy.part == original.part ? 0 : 1
    }
    #expect(straddling > 5)
  }
}
