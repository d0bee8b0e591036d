/// The end of an attempt's log, as shown in messages and reports.
public enum LogTail {
  /// The maximum number of stack frames shown for a crash.
  private static let frameLimit = 5

  /// The last lines of a log, at most `limit`.
  ///
  /// The Swift runtime ends the log of a crash with registers and images; only the error message
  /// and the topmost frames of the program's own code are shown.
  public static func lines(of log: String, limit: Int = 20) -> [String] {
    let lines = log.split(whereSeparator: \.isNewline).map(String.init)
    guard let crash = lines.lastIndex(where: { $0.hasPrefix("*** Program crashed") }) else {
      return lines.suffix(limit)
    }
    var end = crash
    while end > 0, lines[end - 1].hasPrefix("*** Signal") { end -= 1 }
    let frames = lines[crash...].compactMap(frame).prefix(frameLimit)
    return lines[..<end].suffix(max(1, limit - frames.count)) + frames
  }

  /// A frame of the program's own code, such as `  at Trainer.run(_:) in Trainer.swift:92`.
  private static func frame(_ line: String) -> String? {
    let pattern = #/^\s*\d+ .*0x[0-9a-f]+ (.+?)(?: \+ \d+)? in (\S+)(?: at (.+))?$/#
    guard let match = try? pattern.wholeMatch(in: line), !match.2.contains(".so"),
      !match.1.hasPrefix("closure #1 in closure #1 in _assertionFailure")
    else { return nil }
    let file = match.3?.split(separator: "/").last.map { " in \($0)" } ?? ""
    return "  at \(match.1)\(file)"
  }
}
