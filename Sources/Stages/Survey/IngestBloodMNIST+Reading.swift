internal import PipelineDSL

extension IngestBloodMNIST {
  /// The maximum size of an archive that a survey opens, which must be quick: the archive of 224
  /// pixels takes minutes.
  private static let largest = 256 << 20

  /// The content of the archives among the given files: one sample per label.
  ///
  /// A survey reads only labels; whether the images match them is checked when the set is ingested.
  @Sendable
  static func reading(_ files: IngestFiles, _ sizes: [Int]) throws(StageError) -> SetReading {
    var reading = SetReading([])
    for (index, path) in files.paths.enumerated() {
      if let reason = Ingest.clutter(path) {
        reading.rejected.append((index, reason))
      } else if !isArchive(path.pathParts.last ?? "") {
        reading.rejected.append((index, "not part of BloodMNIST: not \(layout)"))
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
