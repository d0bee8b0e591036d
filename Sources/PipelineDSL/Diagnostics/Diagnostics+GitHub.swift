extension Diagnostics {
  /// One workflow command per problem, which GitHub shows as an annotation of the line.
  ///
  /// A percent sign and a line feed are escaped everywhere, a comma and a colon only in properties
  /// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
  public var gitHubCommands: String {
    list.map { problem in
      var properties = [("file", problem.file)]
      if let position = problem.position {
        properties += [("line", String(position.line)), ("col", String(position.column))]
      }
      properties.append(("title", problem.code.rawValue))
      let head = properties.map { "\($0)=\(Self.property($1))" }.joined(separator: ",")
      return "::error \(head)::\(Self.data(problem.sentence))\n"
    }.joined()
  }

  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
