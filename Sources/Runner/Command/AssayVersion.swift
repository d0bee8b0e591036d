internal import PipelineDSL

/// The version of this program.
enum AssayVersion {
  static let text = "0.1.0"
}

/// What is said to a verb that does not exist.
enum UnknownVerb {
  static func message(_ name: String) -> String {
    let near = NearestName.find(name, among: Verb.all.map(\.name))
    return "there is no verb '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
  }
}
