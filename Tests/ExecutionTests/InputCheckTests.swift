import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// Damaged inputs make a stage fail before it uses them.
@Suite struct InputCheckTests {
  @Test func damagedObjectIsReportedAndMovedAside() throws {
    let folder = try TemporaryFolder()
    let objects = ObjectStore(try StoreLayout(root: folder.path))
    let attempt = objects.layout.scratch
    let (whole, broken) = (
      try objects.write(Array("whole".utf8)), try objects.write(Array("broken".utf8))
    )
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: objects.path(broken))
    try Data("brokem".utf8).write(to: URL(fileURLWithPath: objects.path(broken)))
    let check = InputCheck()
    func hold(_ digest: Digest) throws(StageError) {
      try check.hold(digest, of: "a.csv of 'one'", in: objects, attempt: attempt)
    }
    try hold(whole)
    let failure = #expect(throws: StageError.self) { try hold(broken) }
    let place = "\(attempt)/damaged-\(broken.hex)"
    #expect(failure?.reason.hasPrefix("a.csv of 'one': \(objects.path(broken)): ") == true)
    #expect(failure?.reason.hasSuffix("it was moved to \(place)") == true)
    #expect(failure?.hint?.hasPrefix("run again") == true)
    #expect(try String(contentsOfFile: place, encoding: .utf8) == "brokem")
    let missing = #expect(throws: StageError.self) { try hold(broken) }
    #expect(missing?.reason.contains("is missing") == true)
    #expect(missing?.hint?.hasPrefix("run again") == true)
    // Verified once: an intact object is not read again by this worker.
    try FileManager.default.removeItem(atPath: objects.path(whole))
    try hold(whole)
  }
}
