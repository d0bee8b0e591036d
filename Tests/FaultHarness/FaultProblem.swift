/// What did not hold after a fault, or what keeps the harness from trying.
struct FaultProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Holds that something is so.
func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(FaultProblem) {
  guard holds else { throw FaultProblem(what()) }
}
