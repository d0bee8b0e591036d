internal import PipelineDSL

/// A kind that reads a data set from its location `root`.
protocol IngestKind: StageKind {
  /// The stage's parameters.
  var parameters: Parameters { get }
}

extension IngestKind {
  /// The published place of the data set; of several sets, those that the parameters select.
  func whereToGet(_ parameter: String) -> String? {
    guard parameter == "root" else { return nil }
    let values = parameters.values
    var places: [String] = []
    for facts in DatasetFacts.all where facts.kind == Self.name {
      guard let origin = facts.origin,
        facts.parameters.members.allSatisfy({ values[$0.name] == $0.value })
      else { continue }
      let place = "\(facts.name): \(origin)"
      if !places.contains(place) { places.append(place) }
    }
    return places.isEmpty ? nil : places.joined(separator: "; ")
  }

  /// Every file is decoded once.
  func work(_ load: StageLoad) -> StageWork? {
    let files = Double(load.files)
    return StageWork(units: max(1, files), output: max(1, files))
  }

  /// At most one sample per file.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    load.samples = Double(load.files)
    return load
  }
}

extension IngestBloodMNIST {
  /// The bytes of an image of the smallest archive, as it is compressed.
  private static let bytesPerImage = 2100.0

  /// The archive is one file, so its size counts.
  func work(_ load: StageLoad) -> StageWork? {
    let images = max(1, Double(load.bytes) / Self.bytesPerImage)
    return StageWork(units: images, memory: images, output: images)
  }

  /// As many samples as images of the smallest archive fit into the file.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    load.samples = max(1, Double(load.bytes) / Self.bytesPerImage)
    return load
  }
}
