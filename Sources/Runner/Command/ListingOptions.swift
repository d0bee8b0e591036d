internal import PipelineDSL
internal import Reports
internal import Store

/// The options of verbs that print tables: which rows and columns, in which order and format.
enum ListingOptions {
  /// The format of the output.
  static let formats = [
    Workspace.json, Option("--csv", "output as CSV, with numbers in full"),
    Option("--markdown", "output as Markdown"),
  ]
  /// Rows, columns and their order.
  static let query = [
    Option(
      "--where", value: "EXPRESSION",
      "condition on runs and their cells, such as 'metric.test/macro-f1 > 0.9 and axis.backbone = "
        + "vgg16'; fields: \(fields); operators: = != < <= > >=, and ~ for patterns such as vgg*; "
        + "with and, or, not and parentheses"),
    Option("--sort", value: "COLUMN", "column to sort by; -COLUMN for descending order"),
    Option("--columns", value: "LIST", "columns joined by commas"),
  ]
  /// The fields of a condition, as help shows them.
  private static let fields = Filter.fields.map { $0.hasSuffix(".") ? $0 + "NAME" : $0 }
    .joined(separator: ", ")
  /// All of them.
  static let all = query + formats
}

extension Arguments {
  /// The rows and columns that the options ask for.
  func listingRequest(limit: Int? = nil) -> ListingRequest {
    ListingRequest(
      columns: (last("--columns") ?? "").split(separator: ",").map(String.init),
      sort: last("--sort"), limit: limit)
  }

  /// The condition of `--where`.
  func filter() throws(QueryError) -> Filter? {
    guard let text = last("--where") else { return nil }
    return try Filter(text)
  }

  /// Throws a usage error if several formats are asked for.
  func requireOneFormat() throws(CommandError) {
    let given = ListingOptions.formats.map(\.name).filter(has)
    guard given.count < 2 else {
      throw .usage("\(given.joined(separator: " and ")) cannot be combined")
    }
  }

  /// Prints a list in the format that the options ask for; on a terminal, text fits its width.
  func printListing(
    text: (Int?) -> String, csv: @autoclosure () -> String, markdown: @autoclosure () -> String,
    json: @autoclosure () -> JSONValue
  ) {
    let output =
      has("--json")
      ? JSONPrettyForm.text(of: json())
      : has("--csv") ? csv() : has("--markdown") ? markdown() : text(TerminalWidth.ofOutput)
    print(output, terminator: "")
  }
}
