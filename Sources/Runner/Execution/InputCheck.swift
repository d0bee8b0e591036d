internal import PipelineDSL
internal import Store
internal import Synchronization

/// Verifies the objects that stages open against their digests, each once per worker process.
///
/// A lookup checks only sizes; but a stage that reads damaged bytes would publish a wrong result
/// under a valid key, which could not be distinguished from a correct one later.
final class InputCheck: Sendable {
  private static let hint = "run again: the stage that produced it will run again"
  private let whole = Mutex<Set<Digest>>([])

  /// Verifies an object that a stage is about to open, unless this worker has already verified it.
  ///
  /// A damaged object is moved into the folder of the attempt, so that the next run finds it
  /// missing and runs the stage that produced it again.
  ///
  /// - Throws: What is wrong with the object, and where it is now.
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

  /// Moves an object aside; returns the outcome as text for the message.
  private func moved(_ digest: Digest, from objects: ObjectStore, into attempt: String) -> String {
    let place = attempt + "/damaged-" + digest.hex
    do throws(StoreError) {
      return try objects.moveAside(digest, to: place) ? "; it was moved to \(place)" : ""
    } catch {
      return "; remove it: it \(error.reason) (\(error.system ?? ""))"
    }
  }
}
