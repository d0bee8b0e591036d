import PipelineDSL
import Testing

@Suite struct JSONParserTests {
  /// The position and reason for which a text is refused, as `line:column reason`.
  private func refusal(_ bytes: [UInt8]) -> String? {
    do throws(JSONSyntaxError) { _ = try JSONParser.parse(bytes) } catch {
      return "\(error.position.line):\(error.position.column) \(error.reason)"
    }
    return nil
  }

  // MARK: Valid text

  @Test(
    arguments: [
      ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
      ("1.5", 1.5), ("1e3", 1000), ("1E+3", 1000), ("25e-1", 2.5), ("-0.0", 0), ("[]", []),
      ("{}", [:]), (" \t\r\n[ 1 ,\n2 ] ", [1, 2]), (#""""#, ""), (#"{"":{"":0}}"#, ["": ["": 0]]),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u00E9""#, "éé"),
      (#""\ud83d\udd2c""#, "🔬"), (#""\u0000""#, "\0"), ("\"🔬é\u{7F}\"", "🔬é\u{7F}"),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(0x1p63)), ("1e-400", 0),
      ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ] as [(String, JSONValue)])
  func acceptsValidText(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test func wholeNumbersStayExact() throws {
    #expect(try JSONParser.parse("9007199254740993") == .integer(9_007_199_254_740_993))
    #expect(try JSONParser.parse("9007199254740993") != .number(9_007_199_254_740_992))
  }

  // MARK: Invalid text

  @Test(arguments: [
    ("", "1:1 expected a value, found the end of the file"),
    ("  \n ", "2:2 expected a value, found the end of the file"),
    ("[1] 2", "1:5 unexpected text after the end of the document"),
    ("[1,]", "1:3 trailing comma before ']'"),
    ("[1,\n\n]", "1:3 trailing comma before ']'"),
    ("{\"a\":1,\n}", "1:7 trailing comma before '}'"),
    ("[1 2]", "1:4 expected ',' or ']', found '2'"),
    ("{\"a\":1 \"b\":2}", "1:8 expected ',' or '}', found '\"'"),
    ("[\n 1", "2:3 the array opened on line 1 is not closed"),
    ("[1,", "1:4 expected a value, found the end of the file"),
    ("{\"a\": {", "1:8 the object opened on line 1 is not closed"),
    ("{\"a\": 1", "1:8 the object opened on line 1 is not closed"),
    ("{\"a\": 1,", "1:9 the object opened on line 1 is not closed"),
    ("{a: 1}", "1:2 expected a name in double quotes, found 'a'"),
    ("{\"a\" 1}", "1:6 expected ':' after \"a\", found '1'"),
    ("['a']", "1:2 strings must be in double quotes"),
    ("[1] // x", "1:5 unexpected text after the end of the document"),
    ("// x\n[1]", "1:1 JSON has no comments; use \"description\""),
    ("{ /* x */ }", "1:3 JSON has no comments; use \"description\""),
    ("[tru]", "1:2 expected a value; only true, false and null are written without quotes"),
    ("[True]", "1:2 expected a value, found 'T'"),
    ("[NaN]", "1:2 expected a value, found 'N'"),
    ("[nulls]", "1:6 expected ',' or ']', found 's'"),
    ("[01]", "1:2 a number must not begin with 0"),
    ("[-]", "1:3 a digit must follow '-'"),
    ("[+1]", "1:2 expected a value, found '+'"),
    ("[.5]", "1:2 expected a value, found '.'"),
    ("[1.]", "1:4 a digit must follow '.'"),
    ("[1e]", "1:4 an exponent needs a digit"),
    ("[1e+]", "1:5 an exponent needs a digit"),
    ("[1e999]", "1:2 the number 1e999 is beyond the range of a double"),
    ("\"abc", "1:1 unterminated string"),
    ("[\"abc\n\"]", "1:2 unterminated string"),
    ("\"abc\\", "1:5 '\\' is followed by the end of the file, which is not an escape sequence"),
    ("\"a\tb\"", "1:3 control characters must be escaped"),
    (#""\x""#, "1:2 '\\' is followed by 'x', which is not an escape sequence"),
    (#""\u12g4""#, "1:4 four hexadecimal digits must follow '\\u'"),
    (#""\u12"#, "1:4 four hexadecimal digits must follow '\\u'"),
    (#""a\ud800""#, "1:3 unpaired surrogate"), (#""\udc00""#, "1:2 unpaired surrogate"),
    (#""\ud800\u0041""#, "1:2 unpaired surrogate"), (#""\ud800\ud800""#, "1:2 unpaired surrogate"),
    (#"{"a":1,"a":2}"#, "1:8 the name 'a' occurs twice"),
    ("[1,\u{A0}2]", "1:4 expected a value, found the character U+00A0"),
    ("[\u{200B}1]", "1:2 expected a value, found the character U+200B"),
    ("[\u{1}]", "1:2 expected a value, found the character U+0001"),
    ("[“a”]", "1:2 expected a value, found '“'"),
  ])
  func refuses(_ text: String, _ expected: String) {
    #expect(refusal(Array(text.utf8)) == expected)
  }

  @Test func hugeNumbersAreTruncatedInMessages() {
    let digits = String(repeating: "9", count: 400)
    #expect(
      refusal(Array("[\(digits)]".utf8))
        == "1:2 the number \(digits.prefix(40)) is beyond the range of a double")
  }

  @Test func nestingIsLimited() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(refusal(nested(256)) == nil)
    #expect(refusal(nested(257)) == "1:257 arrays and objects are nested deeper than 256")
    #expect(refusal(nested(100_000)) == "1:257 arrays and objects are nested deeper than 256")
  }

  @Test func encodingIsChecked() {
    #expect(refusal([0x22, 0xFF, 0x22]) == "1:2 invalid UTF-8")
    #expect(refusal(Array("[\n\"é".utf8) + [0xC3, 0x28]) == "2:3 invalid UTF-8")
    // A surrogate and an overlong sequence in UTF-8.
    #expect(refusal([0x22, 0xED, 0xA0, 0x80, 0x22]) == "1:2 invalid UTF-8")
    #expect(refusal([0x22, 0xC0, 0x80, 0x22]) == "1:2 invalid UTF-8")
    #expect(refusal([0xFF, 0xFE, 0x7B, 0x00]) == "1:1 invalid UTF-8")
  }

  @Test func byteOrderMarkIsNotAColumn() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    #expect(try JSONParser.parse(mark + Array("[1]".utf8)) == [1])
    #expect(refusal(mark + Array("[x]".utf8)) == "1:2 expected a value, found 'x'")
    #expect(refusal(mark + Array("[\nx]".utf8)) == "2:1 expected a value, found 'x'")
    #expect(refusal(mark + [0x22, 0xFF]) == "1:2 invalid UTF-8")
    #expect(refusal(Array("[".utf8) + mark + Array("1]".utf8))?.hasPrefix("1:2") == true)
  }

  // MARK: Positions

  @Test func columnsCountScalars() throws {
    let text = "{\"é🔬\": [1,\r\n  \"日本\", x]}"
    #expect(refusal(Array(text.utf8)) == "2:9 expected a value, found 'x'")
    let (root, _) = try JSONParser.locate(Array("{\"é🔬\": [1,\r\n  \"日本\", 2]}".utf8))
    let member = try #require(root.members?.first)
    #expect(member.position == SourcePosition(line: 1, column: 2))
    #expect(member.value.position == SourcePosition(line: 1, column: 8))
    #expect(
      member.value.elements?.map(\.position) == [
        SourcePosition(line: 1, column: 9), SourcePosition(line: 2, column: 3),
        SourcePosition(line: 2, column: 9),
      ])
    #expect(member.value.elements?.map(\.pointer) == ["/é🔬/0", "/é🔬/1", "/é🔬/2"])
  }

  @Test func columnsAreExactOnALongLine() throws {
    var text = "["
    var columns: [Int] = []
    for index in 0..<20_000 {
      if index > 0 { text += "," }
      columns.append(text.unicodeScalars.count + 1)
      text += index % 2 == 0 ? "\"é\"" : "{}"
    }
    let (root, _) = try JSONParser.locate(Array((text + "]").utf8))
    #expect(root.elements?.map(\.position.column) == columns)
  }

  @Test func duplicatesAreListedWithBothPositions() throws {
    let (root, duplicates) = try JSONParser.locate(
      Array("{\"a\": 1,\n \"b/c\": {\"d\": 1, \"d\": 2, \"\\u0064\": 3}, \"a\": 4}".utf8))
    #expect(duplicates.map(\.name) == ["d", "d", "a"])
    #expect(duplicates.map(\.position.column) == [18, 26, 40])
    #expect(duplicates.map(\.first.column) == [10, 10, 2])
    #expect(duplicates.map(\.pointer) == ["/b~1c/d", "/b~1c/d", "/a"])
    #expect(root.value == ["a": 1, "b/c": ["d": 1]])
  }

  // MARK: Mutated text

  @Test func mutantsNeverCrash() throws {
    var draws = RandomStream(seed: 1, kind: "fuzz", sample: "json", purpose: "mutants")
    let seeds = [
      Array(TestPipelines.fiveClass.utf8),
      Array(#"{"a":[1.5e-3,-0,"\ud83d\udd2c\n",null,{"é":true}],"a":"日本"}"#.utf8),
    ]
    let pieces = [
      "\"", "\\u", "\\ud800", "{", "}", "[", "]", ",", ":", "1e", "-", "\n", "\r", "\u{FEFF}",
      "$${", "é",
    ]
    var (refused, accepted) = (0, 0)
    for round in 0..<2000 {
      var bytes = seeds[round % 2]
      for _ in 0...draws.below(4) {
        let at = draws.below(bytes.count)
        switch draws.below(5) {
        case 0: bytes[at] = UInt8(draws.below(256))
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: pieces[draws.below(pieces.count)].utf8, at: at)
        case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 20)], at: at)
        default: bytes.removeSubrange(at..<min(bytes.count, at + 1 + draws.below(40)))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      do throws(JSONSyntaxError) {
        let (root, _) = try JSONParser.locate(bytes)
        accepted += 1
        // What was parsed is equal after a round trip.
        let value = root.value
        #expect(try JSONParser.parse(JSONCanonicalForm.bytes(of: value)) == value)
      } catch {
        refused += 1
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        #expect((1...lines.count).contains(error.position.line))
        #expect((1...lines[error.position.line - 1].count + 1).contains(error.position.column))
      }
    }
    #expect(refused > 500 && accepted > 100)
  }
}
