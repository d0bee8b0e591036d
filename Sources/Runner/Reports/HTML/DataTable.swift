/// A table of rows that a page sorts, filters and copies as CSV.
///
/// The table is complete without the script of the page, which adds the controls. The first column
/// names the row, and stays in sight while the others scroll sideways.
struct DataTable {
  /// A column.
  struct Column {
    /// How its values are aligned and sorted.
    enum Kind {
      /// Left-aligned, in natural order.
      case text
      /// Right-aligned, by value; empty fields and values that are not numbers come last.
      case number
    }

    /// The text of its head, and of the first line of the CSV.
    let head: String
    /// How its values are aligned and sorted.
    var kind = Kind.text
    /// What its values mean, shown when the pointer rests on the head.
    var about = ""

    /// A column of text.
    static func text(_ head: String, about: String = "") -> Column {
      Column(head: head, about: about)
    }

    /// A column of numbers.
    static func number(_ head: String, about: String = "") -> Column {
      Column(head: head, kind: .number, about: about)
    }
  }

  /// A field of a row.
  struct Field {
    /// What is shown.
    var html: HTML
    /// What sorting, filtering and the CSV use.
    var value: String

    /// A field that shows something else than its value.
    init(html: HTML, value: String) { (self.html, self.value) = (html, value) }

    /// A field that shows its value.
    init(_ text: String) { self.init(html: "\(text)", value: text) }

    /// A number in full precision, shown as `Display.number` writes it; empty without one.
    init(_ number: Double?) {
      self.init(
        html: "\(number.map(Display.number) ?? "")", value: number.map(\.description) ?? "")
    }
  }

  /// What the table lists, for readers that do not see it.
  let name: String
  private let columns: [Column]
  private var rows = HTML.empty
  /// The number of rows.
  private(set) var count = 0

  /// A table without rows; `name` says in a few words what it lists.
  init(name: String, _ columns: [Column]) { (self.name, self.columns) = (name, columns) }

  /// Appends a row; fields that are missing at its end are empty.
  mutating func append(_ row: [Field]) {
    var line: HTML = "<tr>"
    for (index, column) in columns.enumerated() {
      let field = index < row.count ? row[index] : Field("")
      let isPlain = field.html.text == HTML.escape(field.value)
      let value: HTML = isPlain ? .empty : " data-value=\"\(field.value)\""
      let isLong = field.value.utf8.count > 24 || field.html.text.utf8.count > 80
      let style: HTML =
        column.kind == .number
        ? " class=\"n\"" : isLong ? " class=\"long\"" : .empty
      // Long texts are broken into lines, and names of cells only where their parts end.
      let shown = isPlain && (isLong || index == 0) ? .name(field.value) : field.html
      line +=
        index == 0
        ? "<th scope=\"row\"\(style)\(value)>\(shown)</th>"
        : "<td\(style)\(value)>\(shown)</td>"
    }
    rows += "\(line)</tr>\n"
    count += 1
  }

  /// The table in a box of its own, which scrolls sideways and, if the table is long, down.
  var html: HTML {
    let heads = columns.map { column -> HTML in
      let style: HTML = column.kind == .number ? " class=\"n\" data-number" : .empty
      let about: HTML = column.about.isEmpty ? .empty : " title=\"\(column.about)\""
      return "<th scope=\"col\"\(style)\(about)>\(column.head)</th>"
    }
    return """
      <div class="data" data-table="\(name)"><div class="scroll" role="group" aria-label="\(name)" \
      tabindex="0"><table class="wide"><thead><tr>\(HTML(heads))</tr></thead><tbody>
      \(rows)</tbody></table></div></div>
      """
  }
}
