import PipelineDSL

/// A validator for the subset of JSON Schema (draft 2020-12) that the pipeline schema uses; any
/// other keyword is a problem, so that nothing is left unchecked.
struct SchemaValidator {
  let root: JSONValue

  func problems(_ value: JSONValue) -> [String] { problems(value, root, "") }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard let keywords = schema.object else { return ["\(place): the schema is no object"] }
    return keywords.members.flatMap { keyword, argument -> [String] in
      switch keyword {
      case "$schema", "$defs", "title", "description", "enumDescriptions", "default", "then",
        "else":
        []
      case "not": problems(value, argument, place).isEmpty ? ["\(place): \(argument)"] : []
      case "$ref", "if", "allOf", "anyOf", "oneOf":
        combined(value, keyword, argument, keywords, place)
      case "properties", "required", "additionalProperties", "propertyNames", "minProperties":
        value.object.map { members($0, keyword, argument, keywords, place) } ?? []
      case "items", "minItems":
        value.elements.map { elements($0, keyword, argument, place) } ?? []
      default: scalar(value, keyword, argument) ? [] : ["\(place): not \(keyword)"]
      }
    }
  }

  private func combined(
    _ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ keywords: JSONObject,
    _ place: String
  ) -> [String] {
    let parts = (argument.elements ?? []).map { problems(value, $0, place) }
    switch keyword {
    case "$ref":
      let steps = (argument.text ?? "").split(separator: "/").dropFirst().map(String.init)
      let target = steps.reduce(root as JSONValue?) { $0?[$1] }
      return target.map { problems(value, $0, place) } ?? ["\(place): no \(argument)"]
    case "if":
      let branch = keywords[problems(value, argument, place).isEmpty ? "then" : "else"]
      return branch.map { problems(value, $0, place) } ?? []
    case "allOf": return parts.flatMap(\.self)
    case "anyOf": return parts.contains { $0.isEmpty } ? [] : ["\(place): none of anyOf"]
    default: return parts.count { $0.isEmpty } == 1 ? [] : ["\(place): not one of oneOf"]
    }
  }

  private func members(
    _ object: JSONObject, _ keyword: String, _ argument: JSONValue, _ keywords: JSONObject,
    _ place: String
  ) -> [String] {
    switch keyword {
    case "properties":
      return object.members.flatMap { name, value in
        argument[name].map { problems(value, $0, "\(place)/\(name)") } ?? []
      }
    case "required":
      return (argument.elements ?? []).compactMap(\.text).filter { object[$0] == nil }
        .map { "\(place): '\($0)' is missing" }
    case "propertyNames":
      return object.names.flatMap { problems(.string($0), argument, "\(place)/\($0)") }
    case "minProperties":
      return object.count >= argument.whole ?? 0 ? [] : ["\(place): too few members"]
    default:
      return object.members.flatMap { name, value -> [String] in
        if keywords["properties"]?[name] != nil { return [] }
        return argument.truth == false
          ? ["\(place): '\(name)' is unknown"] : problems(value, argument, "\(place)/\(name)")
      }
    }
  }

  private func elements(
    _ elements: [JSONValue], _ keyword: String, _ argument: JSONValue, _ place: String
  ) -> [String] {
    if keyword == "minItems" {
      return elements.count >= argument.whole ?? 0 ? [] : ["\(place): too few elements"]
    }
    return elements.enumerated().flatMap { problems($1, argument, "\(place)/\($0)") }
  }

  private func scalar(_ value: JSONValue, _ keyword: String, _ argument: JSONValue) -> Bool {
    switch keyword {
    case "type":
      let types = argument.elements?.compactMap(\.text) ?? [argument.text ?? ""]
      return types.contains { has(value, $0) }
    case "const": return value == argument
    case "enum": return argument.elements?.contains(value) == true
    case "minimum": return value.real.map { $0 >= argument.real ?? .nan } ?? true
    case "maximum": return value.real.map { $0 <= argument.real ?? .nan } ?? true
    case "pattern":
      guard let text = value.text else { return true }
      guard let regex = try? Regex(argument.text ?? "") else { return false }
      return text.contains(regex)
    default: return false
    }
  }

  private func has(_ value: JSONValue, _ type: String) -> Bool {
    switch type {
    case "null": value == .null
    case "boolean": value.truth != nil
    case "integer": value.whole != nil
    case "number": value.real != nil
    case "string": value.text != nil
    case "array": value.elements != nil
    case "object": value.object != nil
    default: false
    }
  }
}
