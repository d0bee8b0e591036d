import PipelineDSL
import Testing

@testable import Stages

@Suite struct BaselineCellTests {
  @Test("an object and a text of the same values are equal")
  func forms() throws {
    let object = try BaselineCell(json: ["features": "fused", "rate": 0.1, "size": 64])
    let text = try BaselineCell(json: "rate=0.1,features=fused,size=64")
    #expect(object == text)
    #expect(object.json == text.json)
    #expect(object.text == "features=fused,rate=0.1,size=64")
    #expect(try BaselineCell(json: object.json) == object)
    #expect(try BaselineCell(json: .null) == .none)
    #expect(BaselineCell.none.json == .null)
  }

  @Test("a value with fields counts by its name, and a text may contain commas")
  func names() throws {
    let named = try BaselineCell(json: ["network": ["name": "vgg16", "open": 1]])
    #expect(named.values == ["network": "vgg16"])
    #expect(try BaselineCell(json: "mix=a,b").values == ["mix": "a,b"])
  }

  @Test(
    "other values are refused",
    arguments: [
      1, "cnn", "", "=cnn", "a=1,a=2", [:], ["cnn"], ["backbone": .null], ["backbone": ["cnn"]],
      ["backbone": ["size": 64]],
    ] as [JSONValue])
  func refused(_ json: JSONValue) {
    let error = #expect(throws: ParameterError.self) { try BaselineCell(json: json) }
    #expect(error?.expected.contains("backbone=cnn") == true)
  }
}
