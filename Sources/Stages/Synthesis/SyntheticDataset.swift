internal import Foundation
internal import Imaging

/// A made-up image collection in the native layouts of the real ones, with nucleus masks.
///
/// Every image follows from (seed, source, class, number) alone: the same plan gives the same
/// bytes for any number of threads, and asking for more images changes none of the others.
/// Inside a source every class has the same slides, light, frame sizes and surroundings; the
/// classes differ by the cell alone.
public struct SyntheticDataset: Sendable {
  /// Raised when the drawing changes, so that an older output is made again.
  static let generator = 3

  /// What is made.
  public let plan: Plan

  /// A data set of a plan.
  public init(_ plan: Plan = Plan()) { self.plan = plan }

  /// Sources, class folders and counts, known before anything is drawn.
  public var summary: Summary { Summary(plan.images, masks: plan.images.count) }

  /// Writes the images, `masks/masks.csv` with its PNG files, and last a stamp, `synthesis.json`.
  ///
  /// A folder that holds the complete output of the same plan is left untouched. One that holds
  /// another plan's output, or an interrupted one, has exactly the generator's own sub-folders
  /// replaced. `digest` gives the lower-case hex digest of a file's bytes: a sample's id.
  /// `progress` is told the images done and those in all, from the calling thread.
  ///
  /// - Parameters:
  ///   - folder: where the sources' folders go; made when it is missing.
  ///   - threads: how many images are drawn at once, at least 1; no effect on the bytes.
  ///   - digest: the digest (SHA-256 in Assay) of a file.
  ///   - progress: called after each batch.
  /// - Returns: false when the output was there already.
  /// - Throws: ``SynthesisError`` where a source is asked for more than it can give, the folder holds
  ///   foreign data, or a file cannot be written.
  @discardableResult
  public func write(
    to folder: String, threads: Int, digest: @escaping @Sendable ([UInt8]) -> String,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(SynthesisError) -> Bool {
    try plan.check()
    let output = OutputFolder(path: folder)
    let stamp = try plan.stamp()
    guard try output.prepare(for: stamp, owned: Plan.ownedFolders) else { return false }
    let images = plan.images
    var masks: [MaskRow] = []
    var cells: [Specimen] = []
    // Batches bound the memory and give progress its beat.
    let batch = 64
    for start in stride(from: 0, to: images.count, by: batch) {
      let part = Array(images[start..<min(images.count, start + batch)])
      for drawn in try draw(part, into: output, threads: threads, digest: digest) {
        if let row = drawn.mask { masks.append(row) }
        if let cell = drawn.cell { cells.append(cell) }
      }
      progress(start + part.count, images.count)
    }
    let archived = images.filter { $0.source == .bloodMNIST }
    if !archived.isEmpty {
      masks += try BloodMNISTLayout.write(cells, of: archived, to: output, digest: digest)
    }
    try plan.writeCompanions(to: output)
    try MaskRow.write(masks, to: output)
    try output.finish(stamp)
    return true
  }

  private struct Drawn: Sendable {
    var mask: MaskRow?
    var cell: Specimen?
  }

  /// Draws and writes one batch; cells of an archive are handed back.
  private func draw(
    _ images: [PlannedImage], into output: OutputFolder, threads: Int,
    digest: @escaping @Sendable ([UInt8]) -> String
  ) throws(SynthesisError) -> [Drawn] {
    let seed = plan.seed
    do {
      return try Parallel.map(images.count, threads: threads) { index in
        let image = images[index]
        let cell = image.specimen(seed: seed)
        guard let encoding = image.encoding else { return Drawn(cell: cell) }
        let bytes = try encoding.encode(cell.image)
        for path in [image.path] + image.copies { try output.write(bytes, path) }
        let mask = MaskRow(id: digest(bytes), path: image.maskPath)
        try output.write(PNGCodec.encode(cell.nucleus), "masks/" + mask.path)
        return Drawn(mask: mask)
      }
    } catch let problem as SynthesisError {
      throw problem
    } catch {
      throw SynthesisError("cannot draw an image: \(error)")
    }
  }
}
