internal import Foundation

/// The folder to which a data set is written.
struct OutputFolder: Sendable {
  /// The stamp of a finished output.
  static let stampName = "synthesis.json"
  /// The stamp of an output in progress: the files below belong to the generator.
  static let begunName = "synthesis.begun.json"

  let path: String

  /// Prepares the folder; returns false if it contains the finished output that `stamp` describes.
  ///
  /// Sub-folders are removed only if a stamp shows that a generator wrote them.
  func prepare(for stamp: [UInt8], owned: [String]) throws(SynthesisError) -> Bool {
    let files = FileManager.default
    let finished = place(Self.stampName)
    let begun = place(Self.begunName)
    if !files.fileExists(atPath: begun), let old = files.contents(atPath: finished),
      [UInt8](old) == stamp
    {
      return false
    }
    let present = owned.filter { files.fileExists(atPath: place($0)) }
    let marked = files.fileExists(atPath: finished) || files.fileExists(atPath: begun)
    guard marked || present.isEmpty else {
      throw SynthesisError(
        "\(path) holds files not written by synthesise: \(present.joined(separator: ", ")); "
          + "choose an empty folder, or move these away")
    }
    try write(stamp, Self.begunName)
    do {
      for name in present { try files.removeItem(atPath: place(name)) }
      if files.fileExists(atPath: finished) { try files.removeItem(atPath: finished) }
    } catch {
      throw SynthesisError("cannot clear the older output in \(path): \(error)")
    }
    return true
  }

  /// Marks the output as complete.
  func finish(_ stamp: [UInt8]) throws(SynthesisError) {
    try write(stamp, Self.stampName)
    do {
      try FileManager.default.removeItem(atPath: place(Self.begunName))
    } catch {
      throw SynthesisError("cannot remove \(place(Self.begunName)): \(error)")
    }
  }

  /// Writes a file below the folder, creating intermediate folders.
  func write(_ bytes: [UInt8], _ relative: String) throws(SynthesisError) {
    let file = URL(fileURLWithPath: place(relative))
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    } catch {
      throw SynthesisError("cannot write \(file.path): \(error)")
    }
  }

  private func place(_ relative: String) -> String { path + "/" + relative }
}
