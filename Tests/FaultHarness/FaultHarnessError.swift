/// A violated requirement after a fault, or a problem that prevents a trial.
struct FaultHarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Throws an error unless a condition holds.
func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(FaultHarnessError) {
  guard holds else { throw FaultHarnessError(what()) }
}
