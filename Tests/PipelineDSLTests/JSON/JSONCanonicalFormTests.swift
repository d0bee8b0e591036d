import PipelineDSL
import Testing

@Suite struct JSONCanonicalFormTests {
  @Test(
    arguments: [
      (JSONValue.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-7, "-7"),
      (.number(1), "1"), (.number(-0.0), "0"), (.number(0.1), "0.1"), (.number(1e-7), "1e-07"),
      (.number(1e16), "10000000000000000"), (.number(1e300), "1e+300"),
      (.number(0x1p62), "4611686018427387904"),
      (.number(0x1p63), "9.223372036854776e+18"), (.integer(.min), "-9223372036854775808"),
      (.number(1.0 / 3), "0.3333333333333333"),
      ("a\"b\\c/d", #""a\"b\\c/d""#),
      (
        "\u{0}\u{8}\t\n\u{1F}\u{7F}é🔬\u{2028}",
        "\"\\u0000\\u0008\\u0009\\u000a\\u001f\u{7F}é🔬\u{2028}\""
      ),
      ([], "[]"), ([:], "{}"), ([1, [2, "x"], [:]], #"[1,[2,"x"],{}]"#),
      (["b": 1, "a": ["z": 1.0, "y": .null]], #"{"a":{"y":null,"z":1},"b":1}"#),
    ] as [(JSONValue, String)])
  func bytesAreFixed(_ value: JSONValue, _ text: String) {
    #expect(JSONCanonicalForm.bytes(of: value) == Array(text.utf8))
  }

  @Test func namesAreSortedByBytes() {
    // U+FF5E sorts before U+1F52C in UTF-8 and after it in UTF-16.
    let value: JSONValue = ["🔬": 1, "～": 2, "a": 3, "B": 4, "": 5, "aa": 6]
    #expect(
      JSONCanonicalForm.text(of: value) == #"{"":5,"B":4,"a":3,"aa":6,"～":2,"🔬":1}"#)
  }

  @Test func equalValuesHaveEqualBytes() throws {
    let texts = [
      "1", "1.0", "10e-1", "100000000000000000", "1e17", "9007199254740993", "9007199254740992",
      "9007199254740992.0", "0.1", "-0.0", "0", "1e300", "[1,2.0]", "[1.0,2]", "\"1\"",
      "{\"a\":1,\"b\":2}", "{\"b\":2.0,\"a\":1.0}",
    ]
    let values = try texts.map { try JSONParser.parse($0) }
    for left in values {
      for right in values {
        let same = JSONCanonicalForm.bytes(of: left) == JSONCanonicalForm.bytes(of: right)
        #expect((left == right) == same, "\(left) and \(right)")
        if same { #expect(left.hashValue == right.hashValue) }
      }
    }
  }

  @Test func numbersRoundTripBitForBit() throws {
    var draws = RandomStream(seed: 2, kind: "test", sample: "numbers", purpose: "bits")
    for _ in 0..<2000 {
      let number = Double(bitPattern: draws.next())
      guard number.isFinite else { continue }
      let back = try JSONParser.parse(JSONCanonicalForm.text(of: number))
      #expect(back.real?.bitPattern == number.bitPattern)
    }
  }
}
