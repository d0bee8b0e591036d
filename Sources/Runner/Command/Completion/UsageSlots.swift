internal import Foundation

/// What a verb takes at each place among its arguments, read from the usage that help shows.
struct UsageSlots {
  /// One way to use a verb: the placeholders of each place, the last of which may repeat.
  private struct Form {
    var slots: [[String]] = []
    var repeats = false
  }

  private var forms: [Form] = []

  /// The places of a verb.
  init(_ verb: Verb) {
    // `push DIR | pull DIR` are forms of their own; `STAGE | CELL` is one place.
    var parts = verb.usage.split(separator: " | ").map(String.init)
    let isLiteral = { (part: String) in part.first?.isLowercase == true }
    if !parts.allSatisfy(isLiteral) { parts = [verb.usage] }
    forms = parts.map { Self.form($0, verb.options) }
  }

  private static func form(_ usage: String, _ options: [Option]) -> Form {
    var form = Form()
    var joins = false
    var skips = false
    let plain = usage.filter { !"[]()".contains($0) }
    // A bracket may belong to the placeholder, as in CELL[.PORT].
    for word in plain.split(separator: " ").map(String.init) {
      if skips {
        skips = false
      } else if word == "|" {
        joins = true
      } else if word == "..." {
        form.repeats = !form.slots.isEmpty
      } else if word.hasPrefix("-") {
        skips = options.first { $0.name == word || $0.short == word }?.value != nil
        joins = false
      } else if joins, let last = form.slots.indices.last {
        form.slots[last].append(word)
        joins = false
      } else {
        form.slots.append([word])
        joins = false
      }
    }
    return form
  }

  /// The placeholders and literal words at the place after some words.
  func placeholders(after words: [String]) -> [String] {
    var found: [String] = []
    for form in forms {
      let fits = zip(words, form.slots).allSatisfy { word, slot in
        slot.contains(word) || slot.contains { $0.first?.isLowercase != true }
      }
      guard fits else { continue }
      let slot =
        words.count < form.slots.count
        ? form.slots[words.count] : form.repeats ? form.slots.last ?? [] : []
      for placeholder in slot where !found.contains(placeholder) { found.append(placeholder) }
    }
    return found
  }
}
