import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

struct ObjectStoreCheckTests {
  @Test func countsIntactObjects() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var objects: [Digest: Int?] = [:]
    for number in 0..<50 {
      let text = String(repeating: "x", count: number * 97)
      objects[try store.write(Array(text.utf8))] = number % 2 == 0 ? text.utf8.count : nil
    }
    for threads in [1, 4] {
      let check = store.check(objects, threads: threads)
      #expect(check.count == 50 && check.faults.isEmpty)
      #expect(check.bytes == (0..<50).reduce(0) { $0 + $1 * 97 })
    }
  }

  @Test func reportsEveryKindOfProblem() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let names = ["flipped", "longer", "lost", "linked", "folder", "sized"]
    let digests = try names.map { try store.write(Array($0.utf8)) }
    try damage(store.path(digests[0]), "fl1pped")
    try damage(store.path(digests[1]), "longer?")
    for index in 2...4 { unlink(store.path(digests[index])) }
    symlink("/etc/hostname", store.path(digests[3]))
    mkdir(store.path(digests[4]), 0o755)
    let sizes: [Int?] = [nil, 6, nil, nil, nil, 7]
    let check = store.check(
      Dictionary(uniqueKeysWithValues: zip(digests, sizes)), threads: 2)
    let found = digests.map { check.faults[$0].map { "\($0.expected): \($0.found)" } }
    #expect(
      found == [
        "SHA-256 \(digests[0].hex): SHA-256 \(Digest.of("fl1pped").hex)",
        "6 bytes: 7 bytes", "an object: no file",
        "a regular file: a symbolic link", "a regular file: something else", "7 bytes: 5 bytes",
      ])
    #expect(check.faults[digests[0]]?.path == store.path(digests[0]))
  }

  @Test func manifestsAreReadInOrder() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let manifests = (0..<9).map {
      ArtifactManifest([.init(path: "f\($0)", size: $0, digest: Digest.of("\($0)"))])
    }
    let digests = try manifests.map { try store.write($0.bytes) }
    unlink(store.path(digests[4]))
    let read = store.manifests(digests, threads: 3)
    for (index, result) in read.enumerated() {
      #expect((try? result.get()) == (index == 4 ? nil : manifests[index]))
    }
  }
}
