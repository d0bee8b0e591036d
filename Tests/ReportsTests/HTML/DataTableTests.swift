import Testing

@testable import Reports

@Suite struct DataTableTests {
  @Test func theFirstColumnNamesTheRowAndNumbersKeepTheirPrecision() {
    var table = DataTable(name: "scores", [.text("cell"), .number("macro-f1", about: "a mean")])
    table.append([.init("model@seed=1"), .init(0.912_345_678)])
    let html = table.html.text
    #expect(html.contains("<th scope=\"row\">model<wbr>@seed=1</th>"))
    #expect(html.contains("<td class=\"n\" data-value=\"0.912345678\">0.9123</td>"))
    #expect(
      html.contains("<th scope=\"col\" class=\"n\" data-number title=\"a mean\">macro-f1</th>"))
    #expect(html.contains("data-table=\"scores\""))
    #expect(table.count == 1)
  }

  @Test func aRowThatIsTooShortIsFilledAndNothingBecomesMarkup() {
    var table = DataTable(name: "<b>", [.text("<i>"), .text("b"), .number("c")])
    table.append([.init("<script>")])
    let html = table.html.text
    #expect(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"))
    #expect(html.contains("&lt;script&gt;</th><td></td><td class=\"n\"></td></tr>"))
  }

  @Test func onlyLongTextsAreBroken() {
    var table = DataTable(name: "n", [.text("a"), .text("b"), .text("c")])
    table.append([.init("x"), .init("mobilenet-v2"), .init("a sentence of more than 24 letters")])
    #expect(table.html.text.contains("<td>mobilenet-v2</td><td class=\"long\">a sentence"))
  }

  @Test func numbersThatAreNotFiniteStayInTheTable() {
    var table = DataTable(name: "n", [.text("a"), .number("b")])
    table.append([.init("x"), .init(Double.nan)])
    table.append([.init("y"), .init(Double.infinity)])
    #expect(table.html.text.contains("data-value=\"nan\">not a number"))
    #expect(table.html.text.contains("data-value=\"inf\">"))
  }
}
