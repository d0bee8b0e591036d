internal import PipelineDSL

extension ConformalRule {
  /// The members of `model.json` that describe the rule; an infinite threshold is null.
  var json: JSONObject {
    var object: JSONObject = ["method": settings.method.json]
    if settings.method == .raps {
      object["lambda"] = settings.penalty.json
      object["k-reg"] = .integer(settings.rank)
    }
    object["randomised"] = settings.randomised.json
    // A JSON number has no room for all seeds.
    if settings.randomised { object["seed"] = .string(String(seed)) }
    object["by"] = condition.json
    object["levels"] = .array(
      levels.map { level in
        var thresholds: JSONObject = [:]
        for (name, value) in level.thresholds.sorted(by: { $0.key < $1.key }) {
          thresholds[name] = value.isFinite ? value.json : .null
        }
        return .object(["level": level.level.json, "thresholds": .object(thresholds)])
      })
    if let flag {
      object["false-negatives"] = .object([
        "classes": flag.classes.json, "level": flag.level.json, "threshold": flag.threshold.json,
      ])
    }
    return object
  }

  /// Reads the members of a card; throws if they are incomplete or inconsistent.
  init(_ json: JSONValue, classes: [String]) throws(StageError) {
    self.classes = classes
    guard let method = json["method"]?.text.flatMap(Method.init(rawValue:)),
      let condition = json["by"]?.text.flatMap(Condition.init(rawValue:)),
      let randomised = json["randomised"]?.truth
    else { throw StageError("'method', 'by' or 'randomised' is missing or unknown") }
    self.condition = condition
    var settings = Settings(method: method, penalty: 0, rank: 0, randomised: randomised)
    if method == .raps {
      guard let penalty = json["lambda"]?.real, (0...1e6).contains(penalty),
        let rank = json["k-reg"]?.whole, (0...1_000_000).contains(rank)
      else { throw StageError("'lambda' or 'k-reg' is not a number of at least 0") }
      (settings.penalty, settings.rank) = (penalty, rank)
    }
    self.settings = settings
    guard let seed = randomised ? json["seed"]?.text.flatMap(UInt64.init) : 0 else {
      throw StageError("'seed' is not a whole number as text")
    }
    self.seed = seed
    guard let elements = json["levels"]?.elements, !elements.isEmpty, elements.count <= 1000 else {
      throw StageError("'levels' is not a list of 1 to 1000 levels")
    }
    var levels: [Level] = []
    for element in elements {
      levels.append(try Self.level(element, condition, classes))
    }
    guard Set(levels.map(\.level)).count == levels.count else {
      throw StageError("'levels' has one level twice")
    }
    self.levels = levels
    flag = try json["false-negatives"].map { json throws(StageError) in
      try Self.flag(json, classes)
    }
  }

  private static func level(
    _ json: JSONValue, _ condition: Condition, _ classes: [String]
  ) throws(StageError) -> Level {
    guard let level = json["level"]?.real, level > 0, level < 1 else {
      throw StageError("a level is not above 0 and below 1")
    }
    guard let members = json["thresholds"]?.object?.members, !members.isEmpty else {
      throw StageError("the level \(text(level)) has no thresholds")
    }
    var thresholds: [String: Double] = [:]
    for member in members {
      guard let value = member.value == .null ? Double.infinity : member.value.real else {
        throw StageError("the threshold '\(member.name)' is not a number or null")
      }
      thresholds[member.name] = value
    }
    let isRight =
      switch condition {
      case .none: Set(thresholds.keys) == [""]
      case .byClass: Set(thresholds.keys) == Set(classes)
      case .source: true
      }
    guard isRight else {
      throw StageError("the thresholds of level \(text(level)) do not fit 'by'")
    }
    return Level(level: level, thresholds: thresholds)
  }

  private static func flag(
    _ json: JSONValue, _ classes: [String]
  ) throws(StageError) -> Flag {
    guard let names = json["classes"]?.elements?.compactMap(\.text), !names.isEmpty,
      names.allSatisfy(classes.contains), let level = json["level"]?.real, level > 0, level < 1,
      let threshold = json["threshold"]?.real, (0...1).contains(threshold)
    else { throw StageError("'false-negatives' names no classes, level and threshold") }
    return Flag(classes: names, level: level, threshold: threshold)
  }
}
