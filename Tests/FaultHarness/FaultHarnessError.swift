/// What did not hold after a fault, or what keeps the harness from trying.
struct FaultHarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Holds that something is so.
func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(FaultHarnessError) {
  guard holds else { throw FaultHarnessError(what()) }
}
