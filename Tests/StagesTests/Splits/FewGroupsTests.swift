import PipelineDSL
import Testing

@testable import Stages

/// Splits of samples in only a few groups.
@Suite struct FewGroupsTests {
  /// Groups of given sizes; samples are of class a, or every third of class b.
  private func groups(_ sizes: [Int], mixed: Bool = true) -> [Sample] {
    let owners = sizes.enumerated().flatMap { group, size in (0..<size).map { _ in group } }
    return SplitScene.samples(owners.count, group: { "patient \(owners[$0])" }).map { sample in
      var sample = sample
      if !mixed {
        sample.label =
          sample.group.last.map { ($0.wholeNumberValue ?? 0) % 2 == 0 } == true
          ? "a" : "b"
      }
      return sample
    }
  }

  /// The number of groups in each part; fails if a group is in two.
  private func counts(_ samples: [Sample], _ parts: [String: Part]) -> [Part: Int] {
    var found: [Part: Set<String>] = [:]
    for sample in samples {
      if let part = parts[sample.id] { found[part, default: []].insert(sample.group) }
    }
    let all = found.values.reduce(0) { $0 + $1.count }
    #expect(all == Set(samples.map(\.group)).count)
    return found.mapValues(\.count)
  }

  @Test(arguments: [
    [10, 10, 10], [10, 10, 10, 10], [9, 9, 9, 9, 9], [40, 3, 25, 8, 1, 12], [100, 5, 5],
    [1, 1, 50, 1],
  ])
  func everyPartHasAGroup(sizes: [Int]) throws {
    for method: JSONObject in [
      [:], ["method": "counts", "counts": [.integer(sizes.reduce(0, +) - 2), 1, 1]],
      ["fractions": [0.6, 0.2, 0.2], "stratify": "label+source"],
    ] {
      for seed in 0..<60 {
        let samples = groups(sizes)
        let (parts, _) = try SplitScene.split(samples, method, seed: UInt64(seed))
        #expect(counts(samples, parts).count == 3, "seed \(seed)")
      }
    }
  }

  @Test func largeGroupsStayInTrain() throws {
    for seed in 0..<40 {
      let samples = groups([100, 5, 5])
      let (parts, _) = try SplitScene.split(samples, seed: UInt64(seed))
      #expect(parts.values.count { $0 == .train } == 100, "seed \(seed)")
    }
  }

  @Test func everyClassHasATestGroupIfItHasEnough() throws {
    for seed in 0..<40 {
      let samples = groups([8, 9, 7, 12, 10, 6, 5, 11], mixed: false)
      let (parts, _) = try SplitScene.split(samples, seed: UInt64(seed))
      for part in Part.named(by: 3) {
        let labels = Set(samples.filter { parts[$0.id] == part }.map(\.label))
        #expect(labels == ["a", "b"], "seed \(seed)")
      }
    }
    // Two groups of either class: together they are enough.
    for seed in 0..<40 {
      let samples = groups([8, 9, 7, 12], mixed: false)
      let (parts, _) = try SplitScene.split(samples, seed: UInt64(seed))
      #expect(counts(samples, parts).count == 3, "seed \(seed)")
    }
  }

  @Test func partsWithoutAShareStayEmpty() throws {
    for seed in 0..<20 {
      let samples = groups([10, 10])
      let (parts, _) = try SplitScene.split(
        samples, ["fractions": [0.9, 0, 0.1]], seed: UInt64(seed))
      #expect(counts(samples, parts) == [.train: 1, .test: 1])
    }
  }

  @Test func tooFewGroupsAreRefused() throws {
    let failure = #expect(throws: StageError.self) { try SplitScene.split(groups([12, 40])) }
    #expect(
      failure?.reason.hasPrefix(
        "only 2 groups of samples that stay together (of 40 and 12 samples) for 3 parts: ") == true)
    #expect(failure?.hint?.hasPrefix("use method k-fold with 2 folds") == true)
    let single = #expect(throws: StageError.self) { try SplitScene.split(groups([12])) }
    #expect(single?.reason.hasPrefix("only one group") == true)
    // The hint is right.
    for fold in 1...2 {
      let samples = groups([12, 40])
      let (parts, _) = try SplitScene.split(
        samples, ["method": "k-fold", "folds": 2, "fold": .integer(fold), "validation": 0])
      #expect(counts(samples, parts) == [.train: 1, .test: 1])
    }
    // Without groups there is no limit.
    _ = try SplitScene.split(groups([12, 40]), ["groups": false])
  }

  @Test func everyFoldHasAGroup() throws {
    for (sizes, folds) in [([100, 1, 1, 1, 1], 5), ([9, 2, 30, 4, 5, 6], 4), ([5, 5, 5], 3)] {
      for seed in 0..<30 {
        var tested: [String: Int] = [:]
        for fold in 1...folds {
          let samples = groups(sizes)
          let (parts, _) = try SplitScene.split(
            samples,
            ["method": "k-fold", "folds": .integer(folds), "fold": .integer(fold)],
            seed: UInt64(seed))
          #expect(counts(samples, parts).count == 3, "seed \(seed)")
          for sample in samples where parts[sample.id] == .test {
            tested[sample.id, default: 0] += 1
          }
        }
        #expect(tested.count == sizes.reduce(0, +) && tested.values.allSatisfy { $0 == 1 })
      }
    }
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(groups([5, 5, 5]), ["method": "k-fold", "fold": 1])
    }
    #expect(failure?.hint == "set 'folds' to 3")
  }

  @Test func aNewImageMovesFewGroups() throws {
    let sizes = [20, 14, 9, 17, 11, 8, 13, 10, 12, 15]
    for seed in 0..<30 {
      var all = groups(sizes) + SplitScene.samples(sizes.reduce(0, +) + 1).suffix(1)
      all[all.count - 1].label = "a"
      let (before, _) = try SplitScene.split(all.dropLast(), seed: UInt64(seed))
      let (after, _) = try SplitScene.split(all, seed: UInt64(seed))
      let moved = Set(all.dropLast().filter { before[$0.id] != after[$0.id] }.map(\.group))
      #expect(moved.count <= 4, "seed \(seed): \(moved.count)")
    }
  }

  @Test func validationAndTrainAreNeverEmpty() throws {
    for seed in 0..<30 {
      let samples = groups([10, 30, 20, 25, 15, 12])
      let (parts, _) = try SplitScene.split(
        samples, ["method": "k-fold", "folds": 2, "fold": 1], seed: UInt64(seed))
      #expect(counts(samples, parts).count == 3, "seed \(seed)")
    }
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(groups([5, 5]), ["method": "k-fold", "folds": 2, "fold": 1])
    }
    #expect(failure?.hint?.hasPrefix("set 'validation' to 0") == true)
  }
}
