internal import PipelineDSL
internal import Store
internal import Synchronization

/// Holds the objects that stages open to their digests, each once while a worker lives.
///
/// A hit looks at sizes alone; but a stage that works on damaged bytes would publish a wrong result
/// under a right key, which nothing could tell from a good one later.
final class InputCheck: Sendable {
  private static let hint = "run again: the stage that produced it will run again"
  private let whole = Mutex<Set<Digest>>([])

  /// Reads an object that a stage is about to open, unless this worker has read it before.
  ///
  /// One that is damaged is moved into the folder of the attempt, so that the next run finds it
  /// missing and executes again what gave it.
  ///
  /// - Throws: what is wrong with the object, and where it is now.
  func hold(
    _ digest: Digest, of file: String, in objects: ObjectStore, attempt: String
  ) throws(StageError) {
    guard !whole.withLock({ $0.contains(digest) }) else { return }
    do throws(StoreError) { try objects.verify(digest) } catch {
      guard error.damaged else { throw StageError("\(file): \(error)") }
      throw StageError(
        "\(file): \(error)\(moved(digest, from: objects, into: attempt))", hint: Self.hint)
    }
    whole.withLock { _ = $0.insert(digest) }
  }

  /// Moves an object aside; says what became of it.
  private func moved(_ digest: Digest, from objects: ObjectStore, into attempt: String) -> String {
    let place = attempt + "/damaged-" + digest.hex
    do throws(StoreError) {
      return try objects.moveAside(digest, to: place) ? "; it was moved to \(place)" : ""
    } catch {
      return "; remove it: it \(error.reason) (\(error.system ?? ""))"
    }
  }
}
