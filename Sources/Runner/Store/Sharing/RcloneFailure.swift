/// Why rclone failed, in its own words, and what the user can do.
struct RcloneFailure: Hashable {
  /// What is wrong, and the remedy.
  let reason: String
  /// rclone's own message.
  let message: String

  private static let resume = "nothing is lost; run the same command again to continue"

  /// Interprets the messages of a call for a target such as `NAME:PATH`.
  init(_ errors: String, target: String) {
    message = Self.lastMessage(errors)
    let text = errors.lowercased()
    func mentions(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
    let name = target.firstIndex(of: ":").map { String(target[...$0]) } ?? target
    if mentions("didn't find section in config file") {
      reason =
        "rclone has no remote of this name: 'rclone listremotes' lists them, 'rclone config' adds "
        + "one"
    } else if mentions(
      "unable to decrypt configuration", "password required to read", "rclone_config_pass")
    {
      reason = "rclone's configuration is encrypted; set RCLONE_CONFIG_PASS"
    } else if mentions("no space left", "quota", "insufficient storage", "storage full") {
      reason = "the remote is full; free some space there, then run the same command again"
    } else if mentions(
      "permission denied", "access denied", "accessdenied", "forbidden", "unauthorized",
      "unable to authenticate", "invalidaccesskeyid", "signaturedoesnotmatch", "invalid_grant",
      "permission_denied", "knownhosts", "key mismatch", "base64 decode failed")
    {
      reason =
        "the remote refuses access; try 'rclone lsd \(name)', and correct its credentials with "
        + "'rclone config'"
    } else if mentions(
      "connection refused", "no such host", "i/o timeout", "timeout", "network is unreachable",
      "no route to host", "connection reset", "connection lost", "broken pipe", "unexpected eof",
      "dial tcp", "host is down")
    {
      reason = "the remote cannot be reached; check the network. \(Self.resume)"
    } else {
      reason = "rclone failed; \(Self.resume)"
    }
  }

  /// The last line that rclone wrote, without its time.
  private static func lastMessage(_ errors: String) -> String {
    let lines = errors.split(whereSeparator: \.isNewline)
    let line = lines.last.map(String.init) ?? "no message"
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0].count == 10, words[0].contains("/") else { return line }
    return String(words[2])
  }
}
