import Testing

@testable import Store

struct FileSystemTests {
  @Test func procIsLocal() { #expect(FileSystem.networkName(of: "/proc") == nil) }

  @Test func missingPathIsNotOnANetwork() { #expect(FileSystem.networkName(of: "/no/such") == nil) }

  @Test(arguments: [(0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0x0BD0_0BD0, "Lustre"), (0xEF53, nil)])
  func mapsLinuxTypeNumbersToNames(number: Int, name: String?) {
    #expect(FileSystem.networkName(ofType: number) == name)
    // Some machines return the number sign-extended.
    #expect(FileSystem.networkName(ofType: Int(Int32(truncatingIfNeeded: number))) == name)
  }
}
