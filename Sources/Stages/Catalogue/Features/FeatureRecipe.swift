internal import Neural
internal import PipelineDSL

/// `features.json`: how features are computed from images, with the files that this takes.
struct FeatureRecipe: Sendable, Hashable {
  /// The name of the file in a features artifact.
  static let file = "features.json"
  /// The largest width that is read, which bounds memory.
  private static let widest = 1 << 26
  /// The largest number of networks that is read.
  private static let most = 1000

  /// One network and the point where its features are taken.
  struct Part: Sendable, Hashable {
    /// The folder of the network's `model.json` and `model.safetensors` in the artifact.
    var folder: String
    /// Where in the network.
    var at: FeaturePoint
    /// The number of features.
    var width: Int
  }

  /// Dense layers over the features of all parts, of which the last hidden one gives the features.
  struct Fusion: Sendable, Hashable {
    /// The file of all its tensors in the artifact, including those of its output layer.
    var file: String
    /// The width of each hidden layer.
    var hidden: [Int]
    /// The classes of its output layer, in order.
    var classes: [String]
  }

  /// The number of features of an image.
  var width: Int
  /// The networks, in the order in which their features are concatenated.
  var parts: [Part]
  /// The layers after the concatenation, if any.
  var fusion: Fusion?

  /// Creates a recipe; its width follows from the parts and the fusion.
  init(parts: [Part], fusion: Fusion? = nil) {
    (self.parts, self.fusion) = (parts, fusion)
    width = fusion?.hidden.last ?? parts.reduce(0) { $0 + $1.width }
  }

  /// The number of features before the fusion: those of all parts.
  var joinedWidth: Int { parts.reduce(0) { $0 + $1.width } }

  /// The files that it names, by their paths in the artifact.
  var files: [String] {
    parts.flatMap { part in Self.networkFiles.map { "\(part.folder)/\($0)" } }
      + (fusion.map { [$0.file] } ?? [])
  }

  /// The files of a network in its folder.
  private static let networkFiles = [ModelCard.file, ModelCard.tensorFile]

  /// The folder of a network, numbered from 1.
  static func folder(_ number: Int) -> String { "networks/\(number)" }

  /// Copies the files of a network, which are unchanged, to a folder.
  ///
  /// Throws if one is missing or cannot be written.
  static func copyNetwork(
    of network: InputArtifact, to folder: String
  ) throws(StageError) {
    try network.copy(networkFiles.map { ($0, $0) }, to: folder)
  }

  /// Copies all files that it names to the same paths below a folder.
  ///
  /// Throws if one is missing or cannot be written.
  func copyFiles(from artifact: InputArtifact, to folder: String) throws(StageError) {
    try artifact.copy(files.map { ($0, $0) }, to: folder)
  }

  /// Parses the value of `json`.
  ///
  /// Throws if a member is missing or out of range, if a path leads out of the artifact, or if the
  /// width is not that of the parts and the fusion.
  init(_ json: JSONValue) throws(StageError) {
    guard let list = json["parts"]?.elements, (1...Self.most).contains(list.count) else {
      throw StageError("'parts' lists 1 to \(Self.most) networks")
    }
    var parts: [Part] = []
    for (index, value) in list.enumerated() {
      do throws(StageError) { parts.append(try Part(value)) } catch {
        throw StageError("parts/\(index): \(error.reason)")
      }
    }
    let fusion = try json["fusion"].map { value throws(StageError) in try Fusion(value) }
    self.init(parts: parts, fusion: fusion)
    guard joinedWidth <= Self.widest, json["width"]?.whole == width else {
      throw StageError("'width' is not \(width), the number of features of its parts")
    }
  }

  /// The recipe as JSON.
  var json: JSONValue {
    var object: JSONObject = [
      "width": .integer(width), "parts": .array(parts.map(\.json)),
    ]
    object["fusion"] = fusion?.json
    return .object(object)
  }

  /// A width that can be read.
  fileprivate static func width(_ json: JSONValue?) -> Int? {
    json?.whole.flatMap { (1...widest).contains($0) ? $0 : nil }
  }

  /// A path that stays inside the artifact.
  fileprivate static func path(_ json: JSONValue?) -> String? {
    json?.text.flatMap { ManifestLine.staysInside($0) ? $0 : nil }
  }
}

extension FeatureRecipe.Part {
  fileprivate init(_ json: JSONValue) throws(StageError) {
    guard let folder = FeatureRecipe.path(json["folder"]) else {
      throw StageError("'folder' is not a folder of the artifact")
    }
    guard let point = json["at"]?.text.flatMap(FeaturePoint.init(rawValue:)) else {
      let known = FeaturePoint.allCases.map(\.rawValue).joined(separator: ", ")
      throw StageError("'at' is not one of \(known)")
    }
    guard let width = FeatureRecipe.width(json["width"]) else {
      throw StageError("'width' is not a number of features")
    }
    self.init(folder: folder, at: point, width: width)
  }

  fileprivate var json: JSONValue {
    ["folder": .string(folder), "at": .string(at.rawValue), "width": .integer(width)]
  }
}

extension FeatureRecipe.Fusion {
  fileprivate init(_ json: JSONValue) throws(StageError) {
    guard let file = FeatureRecipe.path(json["file"]) else {
      throw StageError("fusion: 'file' is not a file of the artifact")
    }
    let list = json["hidden"]?.elements ?? []
    let hidden = list.compactMap { FeatureRecipe.width($0) }
    guard !hidden.isEmpty, hidden.count == list.count else {
      throw StageError("fusion: 'hidden' is not a list of widths")
    }
    let names = json["classes"]?.elements ?? []
    let classes = names.compactMap(\.text)
    guard classes.count > 1, classes.count == names.count, Set(classes).count == classes.count
    else { throw StageError("fusion: 'classes' is not a list of different names") }
    self.init(file: file, hidden: hidden, classes: classes)
  }

  fileprivate var json: JSONValue {
    [
      "file": .string(file), "hidden": .array(hidden.map { .integer($0) }),
      "classes": classes.json,
    ]
  }
}
