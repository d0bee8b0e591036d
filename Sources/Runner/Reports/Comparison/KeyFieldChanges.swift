internal import PipelineDSL
internal import Store

/// The key fields in which cells themselves differ, grouped by topic; a change that several cells
/// share is listed once.
struct KeyFieldChanges: Sendable {
  /// One field with another value, in one or more cells.
  struct Change: Sendable {
    /// The stage; for a revision, the kind.
    let owner: String
    /// The field below its group, such as `learning-rate` or `openblas`.
    let name: String
    let old: JSONValue?
    let new: JSONValue?
    /// The cells, in topological order.
    var cells: [String]
    /// For a location, the changes to its files; `nil` if a list is missing from the store.
    var files: FileChanges?

    /// The owner for display: the cell, or the stage and the number of its cells.
    var whose: String {
      cells.count == 1 ? cells[0] : "\(owner) (\(cells.count) cells)"
    }
  }

  /// Stage parameters, and the seed.
  private(set) var parameters: [Change] = []
  /// Locations.
  private(set) var locations: [Change] = []
  /// Revisions of kinds, versions of libraries, programs and scripts.
  private(set) var code: [Change] = []
  /// Everything else, such as declared outputs.
  private(set) var others: [Change] = []

  /// Groups the fields of some cells; lists of files are read from the store.
  init(_ cells: [RunComparison.CellDifference], objects: ObjectStore) {
    var places: [[String]: Int] = [:]
    func add(_ change: Change, _ group: String, to list: inout [Change]) {
      let id = [group, change.owner, change.name, Self.text(change.old), Self.text(change.new)]
      if let place = places[id] {
        list[place].cells += change.cells
      } else {
        places[id] = list.count
        list.append(change)
      }
    }
    for cell in cells {
      for field in cell.fields {
        let steps = field.pointer.split(separator: "/").map {
          String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        let rest = steps.dropFirst().joined(separator: "/")
        func change(_ owner: String, _ name: String) -> Change {
          Change(owner: owner, name: name, old: field.old, new: field.new, cells: [cell.cell])
        }
        switch steps.first {
        case "inputs": continue
        case "parameters": add(change(cell.stage, rest), "parameter", to: &parameters)
        case "seed": add(change(cell.stage, "seed"), "seed", to: &parameters)
        case "locations": add(change(cell.stage, rest), "location", to: &locations)
        case "revision": add(change(cell.kind, "revision"), "revision", to: &code)
        case "libraries": add(change("library", rest), "library", to: &code)
        case "code": add(change(cell.stage, rest), "code", to: &code)
        default: add(change(cell.stage, steps.joined(separator: "/")), "other", to: &others)
        }
      }
    }
    for index in locations.indices {
      locations[index].files = Self.files(locations[index], objects)
    }
  }

  private static func text(_ value: JSONValue?) -> String {
    value.map(JSONCanonicalForm.text) ?? ""
  }

  private static func files(_ change: Change, _ objects: ObjectStore) -> FileChanges? {
    func lines(_ value: JSONValue?) -> [ManifestLine]? {
      guard let digest = value?.text.flatMap({ Digest(hex: $0) }),
        let bytes = try? objects.read(digest, verify: false)
      else { return nil }
      return bytes.split(separator: 10).compactMap { ManifestLine(parsing: $0) }
    }
    guard let old = lines(change.old), let new = lines(change.new) else { return nil }
    return FileChanges(from: old, to: new)
  }
}
