import PipelineDSL
import Store
import Testing

@testable import Reports

struct PictureSelectionTests {
  private func look(_ count: Int, overview: Bool = true) -> SampleStore.CellPlan {
    var files: [String: [UInt8]] = [:]
    var index = "id,method,label,predicted,probability,files\n"
    for number in 0..<count {
      let name = "o/\(number).png"
      files[name] = TinyPNG.encode(width: 8, height: 8) { _, _ in (UInt8(number), 0, 0) }
      let label = number < count / 2 ? "ALL" : "AML"
      index += "\(number),lime,\(label),ALL,0.912345,\(name) o/\(number)-weights.npy\n"
    }
    files["index.csv"] = Array(index.utf8)
    if overview {
      files["overview.png"] = TinyPNG.encode(width: 8, height: 8) { _, _ in (0, 0, 9) }
    }
    var look = SampleStore.CellPlan("look", "explain")
    look.outputs = [.init("explanations", .explanations, files)]
    return look
  }

  @Test func takesClassesInTurn() throws {
    let store = try SampleStore()
    let album = try #require(try store.context([look(6)]).pictures.explanations.first)
    #expect(album.large.map(\.path) == ["overview.png"])
    #expect(
      album.small.map(\.path) == [
        "o/0.png", "o/3.png", "o/1.png", "o/4.png", "o/2.png", "o/5.png",
      ])
    #expect(album.small[0].caption == "lime · ALL (0.9123)")
    #expect(album.small[1].caption == "lime · AML, predicted ALL (0.9123)")
    #expect(album.leftOut == 0)
  }

  @Test func staysWithinTheBudgetAndReportsWhatIsLeftOut() throws {
    let store = try SampleStore()
    // An image of 8 x 8 pixels has 268 bytes, 360 in base64.
    let context = try store.context([look(6)], imageBudget: 1200)
    let album = try #require(context.pictures.explanations.first)
    #expect(album.large.count == 1)
    #expect(album.small.map(\.path) == ["o/0.png", "o/3.png"])
    #expect(album.leftOut == 4)
    let bytes = (album.large + album.small).reduce(0) { $0 + $1.base64.text.utf8.count }
    #expect(bytes <= 1200)
    let body = try #require(ExplanationsSection.body(context)).text
    #expect(body.contains("4 more pictures in the artifact, left out"))
  }

  @Test func overviewThatIsTooLargeIsLeftOut() throws {
    let store = try SampleStore()
    var large = look(6, overview: false)
    large.outputs[0].files["overview.png"] = TinyPNG.cell(0, edge: 24)
    let album = try #require(
      try store.context([large], imageBudget: 2200).pictures.explanations.first)
    #expect(album.large.isEmpty)
    #expect(album.small.count == 6)
    #expect(album.leftOut == 1)
  }

  @Test func reportsMissingAndInvalidImages() throws {
    let store = try SampleStore()
    var fake = SampleStore.CellPlan("fake", "explain")
    fake.outputs = [.init("explanations", .explanations, text: ["a.png": "<svg onload=x>"])]
    let context = try store.context([fake])
    #expect(context.pictures.explanations[0].problems == ["a.png is not a PNG"])
    try store.lose(Digest.of("<svg onload=x>"))
    let later = PictureSelection(context.facts, context.reader, budget: 1000)
    #expect(later.explanations[0].problems[0].contains("missing from the store"))
  }
}
