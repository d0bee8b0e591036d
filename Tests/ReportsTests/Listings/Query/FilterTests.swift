import Testing

@testable import Reports

struct FilterTests {
  /// Whether a filter holds for a cell of VGG16 with some values.
  private func holds(_ text: String, f1: FilterValue = .number(0.93)) throws -> Bool {
    try Filter(text).holds { field in
      switch field {
      case .metric("test/macro-f1"): f1
      case .axis("backbone"): .text("vgg16")
      case .axis("seed"): .text("10")
      case .parameter("size"): .text("96")
      case .pipeline: .text("five-class")
      case .status: .text("done")
      case .started: .text("2026-11-21 22:26:40")
      case .tag: .texts(["best", "paper"])
      case .host: .text("bench-3")
      default: .absent
      }
    }
  }

  @Test(arguments: [
    ("metric.test/macro-f1 > 0.9 and axis.backbone = vgg16", true),
    ("metric.test/macro-f1>0.9and axis.backbone=vgg16", false),
    ("metric.test/macro-f1 <= 0.93", true), ("metric.test/macro-f1 != 0.93", false),
    ("axis.backbone ~ vgg*", true), ("axis.backbone ~ 'res*'", false),
    ("axis.seed > 9", true), ("axis.seed < 9.5", false), ("axis.backbone < vgg19", true),
    ("parameter.size >= 96", true), ("pipeline = \"five-class\"", true),
    ("status != failed", true), ("tag = best", true), ("tag != best", false),
    ("tag ~ pa*", true), ("tag = other", false), ("tag != other", true),
    ("started = 2026-11-21", true), ("started > 2026-11-21", false),
    ("started >= 2026-11", true), ("started < 2026-11-21T23", true),
    ("not status = done", false), ("not (status = failed or status = done)", false),
    ("status = failed or status = done and host = bench-3", true),
    ("(status = failed or status = done) and host = other", false),
    ("user = mara", false), ("not user = mara", false), ("user = mara or status = done", true),
    ("metric.none > 1 and status = failed", false),
  ])
  func conditions(text: String, expected: Bool) throws {
    guard text != "metric.test/macro-f1>0.9and axis.backbone=vgg16" else {
      // Without a blank it is another number.
      #expect(throws: QueryError.self) { try Filter(text) }
      return
    }
    #expect(try holds(text) == expected)
  }

  @Test func absentAndUndefinedNumbersAreNotAboveNorBelow() throws {
    #expect(try !holds("metric.test/macro-f1 > 0.5", f1: .absent))
    #expect(try !holds("not metric.test/macro-f1 > 0.5", f1: .absent))
    #expect(try !holds("metric.test/macro-f1 > 0.5", f1: .number(.nan)))
    #expect(try !holds("metric.test/macro-f1 <= 0.5", f1: .number(.nan)))
  }

  @Test(arguments: [
    ("metrc.x > 1", 0, "unknown field 'metrc.x'; did you mean 'metric.x'?"),
    ("statu = done", 0, "did you mean 'status'?"),
    ("status = doen", 9, "did you mean 'done'?"),
    ("metric. > 1", 0, "'metric.' needs a name"),
    ("metric.x > high", 11, "expected a number, found 'high'"),
    ("metric.x ~ 0.9", 9, "'~' compares text"),
    ("pipeline < x", 9, "text has no order"),
    ("started > yesterday", 10, "a date such as 2026-11-21"),
    ("status done", 7, "expected one of"),
    ("status =", 8, "expected a value after the end"),
    ("(status = done", 0, "'(' is not closed"),
    ("status = done)", 13, "')' without '('"),
    ("status = done host = a", 14, "expected 'and' or 'or'"),
    ("axis.a = 'x", 9, "a quote is not closed"),
    ("", 0, "expected a condition"),
    ("'status' = done", 0, "expected a field"),
    (String(repeating: "(", count: 500), 100, "nested"),
  ])
  func errorsHaveAPlace(text: String, place: Int, reason: String) {
    let error = #expect(throws: QueryError.self) { try Filter(text) }
    #expect(error?.place == place)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    let lines = error?.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines?.last.map { String($0) } == String(repeating: " ", count: place + 2) + "^")
  }

  @Test func quotesAreKept() throws {
    let filter = try Filter("axis.'a b' = \"x and (y)\"")
    let comparison = try #require(filter.comparisons.first)
    #expect(comparison.field == .axis("a b"))
    #expect(comparison.value == "x and (y)")
  }
}
