import Foundation
import Testing

@testable import Synthesis

/// What every kind of plant has in common, at every strength.
@Suite struct PlantTests {
  /// The kinds that leave all pixels as they are.
  private static let onlyInManifest: Set<Plant.Kind> = [.groupStraddle, .sourceLabel, .sourcePart]

  @Test("amounts grow with the strength", arguments: Plant.Kind.allCases)
  func amountsGrow(kind: Plant.Kind) {
    let amounts = Plant.Strength.allCases.map { Plant(kind, $0).amount }
    #expect(amounts[0] > 0 && amounts[0] < amounts[1] && amounts[1] < amounts[2])
    #expect(Plant(kind).strength == .medium)
    #expect(Plant(kind, .high).text == kind.rawValue + ":high")
  }

  @Test("every run of positions has the share", arguments: [0.02, 0.08, 0.3], [0, 17, 1000])
  func sharesAreEven(share: Double, start: Int) throws {
    let strength = try #require(
      Plant.Strength.allCases.first { Plant(.sameCell, $0).amount == share })
    let plants = [Plant(.sameCell, strength)]
    for seed in UInt64(1)...20 {
      let found = (start..<start + 200).count {
        plants.concerns($0, of: .sameCell, seed: seed)
      }
      #expect(abs(Double(found) - 200 * share) <= 2.5, "\(seed): \(found)")
    }
    #expect(!plants.concerns(5, of: .outlier, seed: 1))
  }

  @Test("images that a plant does not concern keep their bytes", arguments: Plant.Kind.allCases)
  func othersKeepTheirBytes(kind: Plant.Kind) throws {
    let clean = try PlantedSet([], count: 60, sizeFactor: 0.25)
    let before = Dictionary(uniqueKeysWithValues: clean.rows.map { ($0.path, $0) })
    for strength in Plant.Strength.allCases {
      let set = try PlantedSet([Plant(kind, strength)], count: 60, sizeFactor: 0.25)
      let concerned = Set(set.truth.map(\.id))
      #expect(!concerned.isEmpty, "\(strength)")
      #expect(Set(set.truth.map(\.kind)) == [kind.rawValue])
      #expect(concerned.isSubset(of: Set(set.rows.map(\.id))))
      #expect(set.truth.count == concerned.count)
      var kept = 0
      for row in set.rows {
        guard let old = before[row.path] else {
          #expect(concerned.contains(row.id), "\(row.path) is new, but not in planted.csv")
          continue
        }
        kept += 1
        if !concerned.contains(row.id) {
          #expect(
            row.bytes == old.bytes && row.group == old.group && row.source == old.source
              && row.part == old.part && row.label == old.label, "\(row.path)")
        } else if Self.onlyInManifest.contains(kind) {
          #expect(row.bytes == old.bytes)
        } else {
          #expect(row.bytes != old.bytes)
        }
      }
      #expect(kept == clean.rows.count)
    }
  }

  @Test("all plants together do not depend on threads, and more images change none")
  func allTogether() throws {
    let plants = Plant.Kind.allCases.map { Plant($0, .high) }
    let one = try PlantedSet(plants, count: 36, sizeFactor: 0.25, threads: 1)
    let three = try PlantedSet(plants, count: 36, sizeFactor: 0.25, threads: 3)
    #expect(one.rows.map(\.bytes) == three.rows.map(\.bytes))
    #expect(one.truth == three.truth && one.masks == three.masks)
    #expect(Set(one.truth.map(\.kind)) == Set(Plant.Kind.allCases.map(\.rawValue)))
    #expect(Set(one.rows.map(\.id)).count == one.rows.count)
    #expect(Set(one.masks.keys) == Set(one.rows.map(\.id)))
    let more = try PlantedSet(plants, count: 48, sizeFactor: 0.25)
    #expect(more.rows.count > one.rows.count)
    #expect(more.rows.prefix(one.rows.count).map(\.bytes) == one.rows.map(\.bytes))
    #expect(more.rows.prefix(one.rows.count).map(\.group) == one.rows.map(\.group))
    #expect(Set(more.truth).isSuperset(of: one.truth))
  }

  @Test func plansWithoutAPlaceForPlantsAreRefused() throws {
    var plan = SyntheticDataset.Plan(counts: [.fab: 9])
    plan.plants = [Plant(.outlier)]
    #expect(throws: SynthesisError.self) { try plan.check() }
    plan.counts = [.shortcut: 9]
    try plan.check()
    plan.plants.append(Plant(.outlier, .low))
    let problem = #expect(throws: SynthesisError.self) { try plan.check() }
    #expect(problem?.description == "outlier is planted twice")
  }

  @Test func thePlanIsInTheStampOnlyWithPlants() throws {
    var plan = SyntheticDataset.Plan(seed: 4, counts: [.shortcut: 9])
    func text() throws -> String { String(decoding: try plan.stamp(), as: UTF8.self) }
    #expect(try !text().contains("plants"))
    plan.plants = [Plant(.outlier), Plant(.exactDuplicate, .low)]
    let planted = try text()
    #expect(planted.contains("exact-duplicate:low") && planted.contains("outlier:medium"))
    // The order on the command line says nothing.
    plan.plants.reverse()
    #expect(try text() == planted)
  }

  @Test func anEarlierTruthIsRemoved() throws {
    var plan = SyntheticDataset.Plan(seed: 4, counts: [.shortcut: 9], sizeFactor: 0.25)
    plan.plants = [Plant(.jpegShortcut)]
    try withScratchFolder { folder in
      try SyntheticDataset(plan).write(to: folder, threads: 1, digest: fnv)
      #expect(try files(below: folder).contains("planted.csv"))
      plan.plants = []
      try SyntheticDataset(plan).write(to: folder, threads: 1, digest: fnv)
      #expect(try !files(below: folder).contains("planted.csv"))
    }
  }
}
