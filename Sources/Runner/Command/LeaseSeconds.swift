/// The variable `ASSAY_LEASE_SECONDS`: how long hosts that share a store wait for a sign of each
/// other.
enum LeaseSeconds {
  static let variable = "ASSAY_LEASE_SECONDS"

  /// Its value, if it is set.
  static func value(in environment: [String: String]) throws(CommandError) -> Double? {
    guard let text = environment[variable] else { return nil }
    guard let seconds = Double(text), seconds > 0, seconds.isFinite else {
      throw .usage("\(variable) must be a number of seconds, not '\(text)'")
    }
    return seconds
  }
}
