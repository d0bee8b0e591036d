import Testing

@testable import PipelineDSL

@Suite struct StageParametersTests {
  private struct Everything: StageParameters {
    var count = 4
    var shares = [0.5]
    var limits: [String: Double] = [:]
    var maybe: Int?
    var label = "x"
    var folder: Location?
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("count", \.count, required: true, in: 1...10, "how many"),
        ParameterField("shares", \.shares, in: 0...1, "parts of one"),
        ParameterField("limits", \.limits, in: -1...1, "by name"),
        ParameterField("maybe", \.maybe, in: 0...5, "if at all"),
        ParameterField("label", \.label, "a word"), ParameterField("folder", \.folder, "a place"),
      ]
    }
    func conflicts() -> [String] {
      count == 7 ? ["7 is taken"] : []
    }
  }

  private func problems(_ given: JSONObject) -> [String] {
    guard case .failure(let problems) = Everything.read(given) else { return [] }
    return problems.list.map { "\($0.name ?? "-")\($0.path): \($0.sentence)" }
  }

  @Test func missingParametersGetDefaults() throws {
    let read = try Everything.read(["count": 3.0, "maybe": 5]).get()
    #expect(read.count == 3 && read.shares == [0.5] && read.maybe == 5 && read.label == "x")
  }

  @Test func descriptionsShowTheDefaults() {
    let fields = Everything.fields.map(\.description)
    #expect(fields.map(\.name) == ["count", "shares", "limits", "maybe", "label", "folder"])
    #expect(fields.map(\.initial) == [nil, [0.5], [:], .null, "x", .null])
    #expect(fields.map(\.isLocation) == [false, false, false, false, false, true])
    #expect(fields[3].shape == .optional(.whole(0...5)) && fields[1].shape == .list(.real(0...1)))
    #expect(!fields.map(\.isKeyed).contains(false))
    #expect(NoParameters.fields.isEmpty)
  }

  @Test func boundsAreInclusiveAndApplyToElements() {
    for good in [["count": 1], ["count": 10, "shares": [0, 1]], ["count": 2, "maybe": .null]]
      as [JSONObject]
    {
      #expect(problems(good) == [])
    }
    #expect(
      problems(["count": 0, "shares": [0.5, 2], "limits": ["a": 1, "b": -2], "maybe": 6]) == [
        "count[]: parameter 'count': expected a whole number from 1 to 10, found 0",
        "shares[\"1\"]: parameter 'shares': expected a number from 0 to 1, found 2",
        "limits[\"b\"]: parameter 'limits': expected a number from -1 to 1, found -2",
        "maybe[]: parameter 'maybe': expected a whole number from 0 to 5, or null, found 6",
      ])
  }

  @Test func allProblemsAreReportedAtOnce() {
    #expect(
      problems(["label": 1, "shares": 0.5, "maybe": "x", "lable": "y"]) == [
        "count[]: parameter 'count' is missing: how many",
        "shares[]: parameter 'shares': expected a list, each a number from 0 to 1, found 0.5",
        "maybe[]: parameter 'maybe': expected a whole number from 0 to 5, or null, found \"x\"",
        "label[]: parameter 'label': expected a string, found 1",
        "lable[]: unknown parameter 'lable'",
      ])
  }

  @Test func conflictsAreCheckedLast() {
    #expect(problems(["count": 7]) == ["-[]: 7 is taken"])
    #expect(problems(["count": 7, "label": 1]).count == 1)
  }

  @Test func nestedLocationsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      struct Hidden: StageParameters {
        var places: [Location] = []
        static var fields: [ParameterField<Self>] {
          [ParameterField("places", \.places, "paths that would enter the key")]
        }
      }
      _ = Hidden.fields
    }
  }

  private struct Inner: StageParameters {
    var count = 4
    var folder: Location?
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("count", \.count, in: 1...10, "how many"),
        ParameterField("folder", \.folder, "a place"),
      ]
    }
  }

  private struct Outer: StageParameters {
    var inner: Inner
    var more = true
    init() {
      inner = Inner()
      inner.count = 6
    }
    static var fields: [ParameterField<Self>] {
      Inner.fields.map { $0.inside(\Self.inner) } + [ParameterField("more", \.more, "and more")]
    }
  }

  @Test("parameters inside others keep names, bounds and help, with defaults of the outer ones")
  func parametersInsideOthers() throws {
    let fields = Outer.fields.map(\.description)
    #expect(fields.map(\.name) == ["count", "folder", "more"])
    #expect(fields.map(\.initial) == [6, .null, true])
    #expect(fields[0].shape == .whole(1...10) && fields[0].help == "how many")
    #expect(fields[1].isLocation)
    let read = try Outer.read(["count": 3, "more": false]).get()
    #expect(read.inner.count == 3 && !read.more)
    #expect(try Outer.read([:]).get().values == ["count": 6, "folder": .null, "more": true])
    guard case .failure(let problems) = Outer.read(["count": 11]) else {
      Issue.record("11 is out of bounds")
      return
    }
    #expect(problems.list.map(\.name) == ["count"])
  }
}
