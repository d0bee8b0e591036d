/// A table whose fields are shaded by their values: a confusion matrix, a grid of results.
struct HeatMap: Drawing {
  /// A field.
  struct Field: Sendable, Hashable {
    /// How strongly the field is shaded, from 0 to 1; `nil` for an empty field.
    var share: Double?
    var text: String
    /// A second line in smaller letters.
    var small = ""
    /// What a pointer resting on the field shows.
    var about = ""
  }

  private static let (tall, gap) = (34.0, 2.0)
  /// The opacity of a share of 1.
  private static let strongest = 0.75
  /// The widest labels, of rows and of columns.
  private static let (rowLimit, columnLimit) = (130.0, 92.0)

  let title: String
  /// The headings of the rows and columns.
  let rows: [String]
  let columns: [String]
  /// What rows and columns are.
  var rowLabel = ""
  var columnLabel = ""
  /// The fields, row by row.
  let fields: [[Field]]

  private var left: Double {
    min(Self.rowLimit, (rows.map(TextWidth.of).max() ?? 0) + 10) + (rowLabel.isEmpty ? 0 : 15)
  }
  private var top: Double { columnLabel.isEmpty ? 20 : 34 }
  private var wide: Double {
    let texts =
      fields.flatMap(\.self).map { max(TextWidth.of($0.text), TextWidth.of($0.small) * 0.82) }.max()
      ?? 0
    let heads = min(Self.columnLimit, columns.map(TextWidth.of).max() ?? 0)
    return max(44, max(texts, heads) + 10)
  }

  var size: (width: Double, height: Double) {
    (left + wide * Double(columns.count) + 4, top + Self.tall * Double(rows.count) + 4)
  }

  var description: String {
    let lines = zip(rows, fields).prefix(12).map { row, fields in
      let texts = zip(columns, fields).prefix(12).map { "\($0) \($1.text)" }
      return "\(row): \(texts.joined(separator: ", "))"
    }
    return lines.joined(separator: "; ")
  }

  var body: HTML {
    var body = HTML.empty
    let (left, top, wide) = (left, top, wide)
    for (index, column) in columns.enumerated() {
      body += """
        <text x="\(left + (Double(index) + 0.5) * wide)" y="\(top - 7)" text-anchor="middle">\
        \(TextWidth.cut(column, to: wide - 4))</text>
        """
    }
    for (index, row) in rows.enumerated() {
      let y = top + Double(index) * Self.tall
      body += """
        <text x="\(left - 6)" y="\(y + Self.tall / 2 + 3)" text-anchor="end">\
        \(TextWidth.cut(row, to: Self.rowLimit - 8))</text>
        """
      for (place, field) in fields[index].enumerated() {
        body += html(field, x: left + Double(place) * wide, y: y, wide: wide)
      }
    }
    if !columnLabel.isEmpty {
      body += """
        <text x="\(left + wide * Double(columns.count) / 2)" y="11" text-anchor="middle">\
        \(columnLabel)</text>
        """
    }
    if !rowLabel.isEmpty {
      let middle = top + Self.tall * Double(rows.count) / 2
      body += """
        <text transform="translate(11 \(middle)) rotate(-90)" text-anchor="middle">\(rowLabel)</text>
        """
    }
    return body
  }

  private func html(_ field: Field, x: Double, y: Double, wide: Double) -> HTML {
    let share = field.share.map { max(0, min(1, $0.isFinite ? $0 : 0)) }
    let about: HTML = field.about.isEmpty ? .empty : "<title>\(field.about)</title>"
    // The strongest shade still has enough contrast to the text on it.
    let opacity = Scale.label(((share ?? 0) * Self.strongest * 100).rounded() / 100)
    let style = share == nil ? "void" : "heat"
    let middle = y + Self.tall / 2 - Self.gap / 2
    var html: HTML = """
      <g><rect class="\(style)" x="\(x)" y="\(y)" width="\(wide - Self.gap)" \
      height="\(Self.tall - Self.gap)" rx="3" fill-opacity="\(opacity)">\(about)</rect>\
      <text class="ink" x="\(x + (wide - Self.gap) / 2)" y="\(middle + (field.small.isEmpty ? 3.5 : -0.5))" \
      text-anchor="middle">\(field.text)</text>
      """
    if !field.small.isEmpty {
      html += """
        <text class="ink small" x="\(x + (wide - Self.gap) / 2)" y="\(middle + 10.5)" \
        text-anchor="middle">\(field.small)</text>
        """
    }
    html += "</g>"
    return html
  }
}
