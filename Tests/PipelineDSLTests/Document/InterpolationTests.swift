import Testing

@testable import PipelineDSL

@Suite struct InterpolationTests {
  private let scope = Interpolation.Scope(
    parameters: [
      "size": 224, "share": 0.5, "data": "in/put", "on": true, "list": [1, 2], "none": .null,
      "paper": ["name": "A", "deep": ["x": 1]],
    ],
    coordinates: [
      "backbone": AxisValue(
        label: "vgg16", fields: ["name": "vgg16", "size": 299, "norm": [0.5, 0.25]]),
      "fold": AxisValue(label: 3, fields: [:]),
    ])

  @Test(
    arguments: [
      ("${size}", 224), ("${share}", 0.5), ("${on}", true), ("${list}", [1, 2]), ("${none}", .null),
      ("${paper}", ["name": "A", "deep": ["x": 1]]), ("${paper.name}", "A"),
      ("${paper.deep}", ["x": 1]), ("${backbone}", "vgg16"), ("${backbone.size}", 299),
      ("${backbone.norm}", [0.5, 0.25]), ("${fold}", 3),
      ("${data}/${backbone}-${fold}.csv", "in/put/vgg16-3.csv"), ("${size}px", "224px"),
      (" ${size}", " 224"), ("${share}${on}", "0.5true"), ("plain", "plain"), ("", ""),
      ("$", "$"), ("$5 {x}", "$5 {x}"), ("$${size}", "${size}"), ("$$${size}", "$${size}"),
      ("x${none}", .null), ("${none}${size}", .null), ("$${${size}}", "${224}"),
      ("a$${b}c${size}", "a${b}c224"), ("}{", "}{"),
    ] as [(String, JSONValue)])
  func resolves(_ text: String, _ value: JSONValue) throws {
    let resolved = try #require(Interpolation.resolve(.string(text), in: scope))
    #expect(resolved == value && resolved.kindName == value.kindName)
  }

  @Test func referencesInStructuresAreResolved() {
    #expect(
      Interpolation.resolve(["a": ["${size}", ["b": "${fold}"]], "c": 1.5], in: scope)
        == ["a": [224, ["b": 3]], "c": 1.5])
  }

  @Test(arguments: [
    "${unknown}", "x${unknown}", "${size", "${}", "${ size }", "${backbone.depth}", "${fold.x}",
    "${size.x}", "${paper.deep.x}",
  ])
  func unresolvableReferencesReturnNil(_ text: String) {
    #expect(Interpolation.resolve(.string(text), in: scope) == nil)
    #expect(Interpolation.resolve([1, .string(text)], in: scope) == nil)
    #expect(Interpolation.resolve(["a": .string(text)], in: scope) == nil)
  }
}
