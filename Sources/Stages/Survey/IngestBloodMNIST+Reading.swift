internal import PipelineDSL

extension IngestBloodMNIST {
  /// An archive beyond this is not opened by a survey, which must be quick: the one of 224 pixels
  /// takes minutes.
  private static let largest = 256 << 20

  /// What the archives among some files hold: a sample a label.
  ///
  /// A survey looks at labels alone; whether images fit to them is found when the set is read.
  @Sendable
  static func reading(_ files: IngestFiles, _ sizes: [Int]) throws(StageError) -> SetReading {
    var reading = SetReading([])
    for (index, path) in files.paths.enumerated() {
      if let reason = Ingest.clutter(path) {
        reading.rejected.append((index, reason))
      } else if !isArchive(path.pathParts.last ?? "") {
        reading.rejected.append((index, "no part of BloodMNIST: not \(layout)"))
      } else if sizes[index] > largest {
        reading.isPartial = true
      } else {
        let archive = try BloodMNISTArchive(try files.read(index), name: path)
        for part in BloodMNISTArchive.parts {
          reading.samples += try archive.labels(of: part).map {
            SetReading.Sample(file: index, label: $0, group: "", part: Part(word: part))
          }
        }
      }
    }
    return reading
  }
}
