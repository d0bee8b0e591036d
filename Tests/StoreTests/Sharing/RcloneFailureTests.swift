import Testing

@testable import Store

struct RcloneFailureTests {
  /// What rclone 1.60 prints, and a word of the remedy.
  @Test(arguments: [
    (
      "2026/01/01 00:00:00 Failed to create file system for \"lab:x\": didn't find section in "
        + "config file", "rclone config"
    ),
    (
      "2026/01/01 00:00:00 Failed to lsf: Propfind \"http://h/\": dial tcp h:80: connect: "
        + "connection refused", "check the network"
    ),
    ("2026/01/01 00:00:00 ERROR : x: AccessDenied: Access Denied", "rclone lsd lab:"),
    ("2026/01/01 00:00:00 ERROR : x: write: no space left on device", "free some space"),
    ("2026/01/01 00:00:00 Failed: unable to decrypt configuration", "RCLONE_CONFIG_PASS"),
    ("what nobody has seen", "run the same command again"),
  ])
  func namesTheRemedy(errors: String, remedy: String) {
    let failure = RcloneFailure("2026/01/01 00:00:00 NOTICE: first\n" + errors, target: "lab:x")
    #expect(failure.reason.contains(remedy), "\(failure.reason)")
    #expect(!failure.message.contains("2026/01/01"))
    #expect(errors.hasSuffix(failure.message))
  }

  @Test func survivesSilence() {
    #expect(RcloneFailure("", target: "lab:x").message == "no message")
  }
}
