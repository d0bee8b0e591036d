import PipelineDSL
import Testing

@testable import Store

struct GarbageCollectorBudgetTests {
  private func big(_ name: String, _ kibibytes: Int) -> String {
    String(repeating: name, count: kibibytes * 1024 / name.utf8.count)
  }

  @Test func evictsTheCheapestBytesFirst() throws {
    let scene = try GarbageScene()
    let dear = try scene.result("dear", content: big("d", 100))
    let cheap = try scene.result("cheap", content: big("c", 100))
    let newest = try scene.result("newest", content: big("n", 10))
    try scene.run("1", [dear], seconds: 1000)
    try scene.run("2", [cheap], seconds: 1)
    try scene.run("3", [newest])
    let report = try scene.collect(keep: 10) {
      $0.budget = 150 << 10
    } cost: { key in
      key == dear.key ? 1000 : 1
    }
    #expect(scene.isHit(dear))
    #expect(!scene.isHit(cheap))
    #expect(scene.isHit(newest))
    #expect(report.collected[.budget]?.files == 1)
    try scene.checkWhole()
    // Results evicted for the budget are not restored by themselves.
    let again = try scene.collect(keep: 10)
    #expect(again.returned.files == 0)
    #expect(!scene.isHit(cheap))
  }

  @Test func evictsTheLeastRecentlyUsedFirst() throws {
    let scene = try GarbageScene()
    let results = try (0..<4).map { try scene.result("r\($0)", content: big("\($0)", 50)) }
    for (index, result) in results.enumerated() { try scene.run("\(index)", [result]) }
    _ = try scene.collect(keep: 10) { $0.budget = 110 << 10 }
    #expect(results.map(scene.isHit) == [false, false, true, true])
  }

  @Test func neverEvictsPinnedTaggedOrNewestSuccessfulRuns() throws {
    let scene = try GarbageScene()
    let results = try (0..<4).map { try scene.result("r\($0)", content: big("\($0)", 50)) }
    for (index, result) in results.enumerated() { try scene.run("\(index)", [result]) }
    try scene.mark("pin", "0")
    try scene.mark("tag", "1", "t")
    let report = try scene.collect(keep: 10) { $0.budget = 1024 }
    #expect(results.map(scene.isHit) == [true, true, false, true])
    #expect(report.notes.contains { $0.contains("more than the budget") })
    try scene.checkWhole()
  }

  @Test func sharedObjectsGoWithTheLastResultThatNeedsThem() throws {
    let scene = try GarbageScene()
    let shared = big("s", 100)
    let first = try scene.result("first", shared: shared)
    let second = try scene.result("second", shared: shared)
    try scene.run("1", [first, second])
    try scene.run("2", [try scene.result("newest")])
    _ = try scene.collect(keep: 10) { $0.budget = 50 << 10 }
    #expect(!scene.isHit(first))
    #expect(!scene.isHit(second))
    #expect(!scene.cache.objects.contains(Digest.of(shared), size: shared.utf8.count))
  }

  @Test func evictsNothingWithinTheBudget() throws {
    let scene = try GarbageScene()
    try scene.run("1", [try scene.result("r")])
    let report = try scene.collect(keep: 10) { $0.budget = 1 << 30 }
    #expect(report.total.files == 0)
  }
}
