import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

extension LeaseFolderTests {
  /// Listing and sweeping of leases.
  struct Listing {
    private let folder: TemporaryFolder
    private let layout: StoreLayout
    private let keys = (0..<5).map { Digest.of("\($0)") }

    init() throws {
      folder = try TemporaryFolder()
      layout = try StoreLayout(root: folder.path + "/store")
    }

    private func leases(_ run: String, on host: (String, String)? = nil) -> LeaseFolder {
      LeaseFolder(
        layout, run: run, patience: 60, clock: { 0 }, here: host ?? Lease.Holder.here)
    }

    /// Adds leases: held, crashed, failed, another machine's, and a truncated file, in this order.
    private func fill() throws -> LeaseFolder {
      var holder = leases("holder")
      _ = holder.take(keys[0])
      do {
        var crashed = leases("crashed")
        _ = crashed.take(keys[1])
        _ = crashed.take(keys[2])
        crashed.fail(keys[2], reason: "broken", hint: nil, attempt: "r/1-a", limit: nil)
        var far = leases("far", on: ("far", "its kernel"))
        _ = far.take(keys[3])
      }
      try folder.write("store/leases/\(keys[4].hex)", "{")
      try folder.write("store/leases/notes", "nothing of Assay's")
      return holder
    }

    @Test func storeWithoutLeasesHasNoLiveKeys() {
      let leases = leases("a")
      let live = leases.liveKeys()
      #expect(live.isEmpty)
    }

    @Test func keysBeingComputedAreLive() throws {
      var holder = try fill()
      let live = leases("a").liveKeys()
      #expect(live == [keys[0], keys[3]])
      // The holder sees the same.
      let own = holder.liveKeys()
      #expect(own == live)
      holder.releaseAll()
      let after = leases("a").liveKeys()
      #expect(after == [keys[3]])
    }

    private func age(_ seconds: Int) {
      for key in keys {
        setModified(layout.leases + "/" + key.hex, (time(nil) - seconds) * 1_000_000_000)
      }
    }

    @Test func sweepRemovesOldLeftovers() throws {
      let holder = try fill()
      let leases = leases("a")
      leases.sweep()
      #expect(try names(in: layout.leases).count == 6)
      age(2 * 3600)
      leases.sweep()
      #expect(try Set(names(in: layout.leases)) == [keys[0].hex, keys[3].hex, "notes"])
      age(8 * 24 * 3600)
      leases.sweep()
      #expect(try Set(names(in: layout.leases)) == [keys[0].hex, "notes"])
      let live = holder.liveKeys()
      #expect(live == [keys[0]])
    }
  }
}
