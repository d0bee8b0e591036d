import PipelineDSL
import Testing

@testable import Store

struct LeaseTests {
  private let holder = Lease.Holder(
    host: "north", boot: "b-1", process: 17, run: "20260101-000000-abcdef", nonce: "n1")

  @Test func readsWhatItWrites() throws {
    var lease = Lease(holder: holder)
    lease.beat = 12
    #expect(Lease(parsing: lease.bytes) == lease)
    #expect(!lease.hasEnded)
    lease.fail(reason: "no \"flag\"\nhere", hint: nil, attempt: "run/3-bad", limit: 5)
    let read = try #require(Lease(parsing: lease.bytes))
    #expect(read == lease)
    #expect(read.hasEnded)
    #expect(read.failures.map(\.reason) == ["no \"flag\"\nhere"])
    #expect(read.failures.map(\.limit) == [5])
  }

  @Test func nextHolderInheritsEarlierFailures() {
    var lease = Lease(holder: holder)
    lease.fail(reason: "first", hint: "hint it", attempt: "r/1-a", limit: nil)
    for number in 2...9 {
      lease = Lease(
        holder: .init(host: "south", boot: "b", process: 1, run: "r", nonce: "n\(number)"),
        after: lease)
      #expect(!lease.hasEnded)
      lease.fail(reason: "\(number)", hint: nil, attempt: "r/1-a", limit: nil)
    }
    #expect(lease.failures.map(\.reason) == ["6", "7", "8", "9"])
  }

  @Test func fitsInADiskBlock() {
    var lease = Lease(holder: holder)
    for _ in 0..<6 {
      let long = String(repeating: "x", count: 100_000)
      lease.fail(reason: long, hint: nil, attempt: "20260101-000000-abcdef/12-stage", limit: nil)
    }
    #expect(lease.bytes.count < 4096)
  }

  @Test func refusesEveryPrefix() {
    var lease = Lease(holder: holder)
    lease.fail(reason: "why", hint: "so", attempt: "r/1-a", limit: 1)
    let bytes = lease.bytes
    for count in 0..<(bytes.count - 1) { #expect(Lease(parsing: Array(bytes[..<count])) == nil) }
  }

  @Test(arguments: ["../../etc", "/etc", "a//b", "a/./b", "a/..", ""])
  func refusesAnAttemptOutsideTheStore(_ path: String) {
    var lease = Lease(holder: holder)
    lease.fail(reason: "why", hint: nil, attempt: path, limit: nil)
    #expect(Lease(parsing: lease.bytes) == nil)
  }

  @Test(arguments: ["", "[]", "{}", #"{"host": 3}"#, "\u{0}\u{0}", "no JSON"])
  func refusesInvalidText(_ text: String) { #expect(Lease(parsing: Array(text.utf8)) == nil) }

  @Test func thisMachineHasANameAndABootID() throws {
    let here = Lease.Holder.here
    #expect(!here.host.isEmpty)
    #expect(here.boot.utf8.count == 36, "\(here.boot)")
    #expect(
      Lease.Holder(run: "r", host: "h", boot: "b") != Lease.Holder(run: "r", host: "h", boot: "b"))
  }
}
