internal import Foundation
internal import Imaging

/// A synthetic image collection in the native layouts of the real ones, with nucleus masks.
///
/// Every image depends only on (seed, source, class, number): the same plan gives the same bytes
/// for any number of threads, and requesting more images changes none of the others. Within a
/// source every class has the same slides, light, frame sizes and surroundings; the classes differ
/// only in the cell. The exception are the ``Plant``s of a plan, which are in the layout `shortcut`.
public struct SyntheticDataset: Sendable {
  /// Increased when the drawing changes, so that older output is regenerated.
  static let generator = 3

  /// What to generate.
  public let plan: Plan

  /// A data set of a plan.
  public init(_ plan: Plan = Plan()) { self.plan = plan }

  /// Sources, class folders and counts, available before anything is drawn.
  public var summary: Summary { Summary(plan.images, masks: plan.images.count) }

  /// Writes the images, `masks/masks.csv` with its PNG files, and last a stamp, `synthesis.json`.
  ///
  /// A folder with the complete output of the same plan is left untouched. In one with another
  /// plan's output, or with interrupted output, exactly the generator's own sub-folders are
  /// replaced. `digest` returns the lower-case hex digest of a file's bytes, which is a sample's
  /// id. `progress` receives the number of finished images and of all images, on the calling
  /// thread.
  ///
  /// - Parameters:
  ///   - folder: the folder for the sources' folders; created if it is missing.
  ///   - threads: the number of images drawn at once, at least 1; does not affect the bytes.
  ///   - digest: the digest (SHA-256 in Assay) of a file.
  ///   - progress: called after each batch.
  /// - Returns: false if the output already exists.
  /// - Throws: ``SynthesisError`` if a source is asked for more than it can provide, the folder
  ///   contains foreign data, or a file cannot be written.
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
    // Batches bound the memory and set the interval of progress reports.
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
    try plan.writeCompanions(to: output, masks: masks)
    try MaskRow.write(masks, to: output)
    try output.finish(stamp)
    return true
  }

  private struct Drawn: Sendable {
    var mask: MaskRow?
    var cell: Specimen?
  }

  /// Draws and writes one batch; returns the cells of an archive.
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
