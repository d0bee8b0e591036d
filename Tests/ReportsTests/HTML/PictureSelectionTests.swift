import PipelineDSL
import Store
import Testing

@testable import Reports

struct PictureSelectionTests {
  private func look(_ count: Int, overview: Bool = true) -> SampleStore.CellPlan {
    var files: [String: [UInt8]] = [:]
    var index = "id,label,file\n"
    for number in 0..<count {
      let name = "o/\(number).png"
      files[name] = TinyPNG.encode(width: 8, height: 8) { _, _ in (UInt8(number), 0, 0) }
      index += "\(number),\(number < count / 2 ? "ALL" : "AML"),\(name)\n"
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
    #expect(album.small[1].caption == "label AML")
    #expect(album.leftOut == 0)
  }

  @Test func keepsWithinTheBudgetAndSaysWhatIsLeftOut() throws {
    let store = try SampleStore()
    // A picture of 8 x 8 has 268 bytes, 360 in base64.
    let context = try store.context([look(6)], imageBudget: 1200)
    let album = try #require(context.pictures.explanations.first)
    #expect(album.large.count == 1)
    #expect(album.small.map(\.path) == ["o/0.png", "o/3.png"])
    #expect(album.leftOut == 4)
    let bytes = (album.large + album.small).reduce(0) { $0 + $1.base64.utf8.count }
    #expect(bytes <= 1200)
    let body = try #require(ExplanationsSection.body(context)).text
    #expect(body.contains("4 more pictures in the artifact, left out"))
  }

  @Test func saysWhatIsLostOrNoPicture() throws {
    let store = try SampleStore()
    var fake = SampleStore.CellPlan("fake", "explain")
    fake.outputs = [.init("explanations", .explanations, text: ["a.png": "<svg onload=x>"])]
    let context = try store.context([fake])
    #expect(context.pictures.explanations[0].problems == ["a.png is no PNG"])
    try store.lose(Digest.of("<svg onload=x>"))
    let later = PictureSelection(context.facts, context.reader, budget: 1000)
    #expect(later.explanations[0].problems[0].contains("missing from the store"))
  }
}
