import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct StoreCheckTests {
  @Test func countsAnIntactStore() throws {
    let scene = try GarbageScene()
    try scene.result("a", shared: "both")
    try scene.result("b", shared: "both")
    let check = try StoreCheck(scene.cache, threads: 2)
    #expect(check.results == 2)
    #expect(check.objects.files == 5)
    #expect(check.damaged == [])
    #expect(check.incomplete == [])
  }

  @Test func reportsEveryKindOfDamage() throws {
    let scene = try GarbageScene()
    let a = try scene.result("a")
    let b = try scene.result("b")
    let c = try scene.result("c")
    let flipped = scene.cache.objects.path(Digest.of("content of a"))
    try damage(flipped, "content of A")
    let key = scene.layout.file(for: b.key)
    try damage(key, "{\n}\n")
    unlink(scene.cache.objects.path(Digest.of("content of c")))
    try Folder.create(scene.layout.objects + "/00")
    try scene.folder.write("store/objects/00/stray", "x")
    let link = scene.layout.objects + "/00/" + String(repeating: "0", count: 62)
    symlink(flipped, link)
    symlink(scene.layout.keys, scene.layout.keys + "/zz")
    let check = try StoreCheck(scene.cache, threads: 2)
    let places = [
      flipped, key, scene.layout.objects + "/00/stray", link, scene.layout.keys + "/zz",
    ]
    for place in places {
      #expect(check.damaged.count { $0.hasPrefix(place + ": ") } == 1, "\(check.damaged)")
    }
    #expect(check.damaged.count == places.count)
    #expect(check.incomplete.map { $0.contains(c.key.short) } == [true])
    _ = a
  }
}
