import Testing

@testable import Reports

struct TextTableFittingTests {
  private var table: TextTable {
    var table = TextTable([
      .fixed("run"), .left("cell"), .right("score"), .right("hit", importance: 1),
      .left("marks", importance: 2),
    ])
    table.append([
      "20261121-000000-aaaaaa", "model@backbone=mobilenet-v2,augmentation=mixup,seed=3", "0.9312",
      "12", "best",
    ])
    table.append(["20261122-000000-bbbbbb", "split", "1234567.25", "1", ""])
    return table
  }

  @Test(arguments: [400, 120, 100, 80, 60, 50])
  func linesFit(width: Int) {
    for line in table.text(width: width).split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test(arguments: [400, 100, 80, 60, 50, 1])
  func numbersAndIdsStayWhole(width: Int) {
    let text = table.text(width: width)
    for whole in ["20261121-000000-aaaaaa", "0.9312", "1234567.25"] {
      #expect(text.contains(whole), "\(whole) at \(width)")
    }
  }

  @Test func leastImportantColumnGoesFirstAndIsNamed() {
    let text = table.text(width: 57)
    #expect(text.hasSuffix("(not shown: hit)\n"), "\(text)")
    #expect(text.contains("best"))
    #expect(table.text(width: 48).hasSuffix("(not shown: hit, marks)\n"))
  }

  @Test func textIsShortenedInTheMiddle() {
    #expect(table.text(width: 90).contains("model@backbo"))
    #expect(table.text(width: 90).contains("…"))
    #expect(table.text(width: nil) == table.text)
    #expect(!table.text.contains("…"))
  }
}
