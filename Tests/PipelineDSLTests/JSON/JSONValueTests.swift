import PipelineDSL
import Testing

@Suite struct JSONValueTests {
  @Test func objectsKeepOrderButCompareWithoutIt() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    #expect(object.names == ["b", "a", "c"])
    #expect(object.members.map(\.value) == [4, 2, 3])
    #expect(object == ["a": 2, "b": 4, "c": 3])
    #expect(object.hashValue == (["c": 3, "a": 2, "b": 4] as JSONObject).hashValue)
    object["b"] = nil
    object["unknown"] = nil
    #expect(object.names == ["a", "c"] && object.count == 2 && !object.isEmpty)
    #expect(object != ["a": 2])
    #expect(JSONObject([("x", 1), ("x", 2)]) == ["x": 2])
  }

  /// Objects with many members use another lookup, with the same results.
  @Test(arguments: [5, 12, 13, 14, 300]) func objectsBehaveAlikeAtAnySize(_ count: Int) {
    let pairs = (0..<count).map { ("name-\($0)", JSONValue.integer($0)) }
    var object = JSONObject(pairs)
    #expect(object == JSONObject(pairs.reversed()))
    #expect(object.hashValue == JSONObject(pairs.reversed()).hashValue)
    #expect(object.members.map(\.value) == pairs.map(\.1))
    object["name-1"] = nil
    object["name-3"] = "x"
    object["new"] = nil
    #expect(object.names == pairs.map(\.0).filter { $0 != "name-1" })
    #expect(object["name-1"] == nil && object["name-3"] == "x" && object["name-4"] == 4)
    #expect(object != JSONObject(pairs))
    object["name-3"] = 3
    object["name-1"] = 1
    #expect(object == JSONObject(pairs) && object.names.last == "name-1")
    for (name, _) in pairs { object[name] = nil }
    #expect(object.isEmpty && object == [:])
  }

  @Test func numbersCompareByValue() {
    #expect(JSONValue.integer(1) == .number(1) && JSONValue.number(1.5) != .integer(1))
    #expect(JSONValue.integer(.max) != .number(0x1p63))
    #expect(JSONValue.integer(1) != "1" && JSONValue.bool(true) != 1 && JSONValue.null != false)
    #expect(Set<JSONValue>([1, 1.0, .number(1)]).count == 1)
  }

  @Test func stringsCompareByBytes() {
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test func accessorsReturnMatchingValues() {
    let value: JSONValue = ["text": "x", "whole": 3.0, "real": 2.5, "list": [1], "truth": true]
    #expect(value["text"]?.text == "x" && value["whole"]?.whole == 3)
    #expect(value["real"]?.whole == nil && value["real"]?.real == 2.5)
    #expect(value["whole"]?.real == 3 && value["list"]?.elements == [1])
    #expect(value["truth"]?.truth == true && value["none"] == nil && value.text == nil)
    #expect(JSONValue.number(1e30).whole == nil && (3 as JSONValue)["x"] == nil)
    let kinds = [JSONValue.null, true, 1, 1.5, "x", [], [:]].map(\.kindName)
    #expect(
      kinds == [
        "null", "a boolean", "a whole number", "a number", "a string", "an array", "an object",
      ])
  }
}
