internal import Glibc
public import PipelineDSL

/// What is wrong with an object.
public struct ObjectProblem: Sendable, Hashable {
  /// The path of the object.
  public let path: String
  /// What was expected.
  public let expected: String
  /// What was found.
  public let found: String
}

/// The outcome of verifying objects.
public struct ObjectCheck: Sendable {
  /// The number of objects checked.
  public let count: Int
  /// The number of bytes read.
  public let bytes: Int
  /// The problems found, by digest.
  public let faults: [Digest: ObjectProblem]
}

extension ObjectStore {
  /// Reads objects on several threads, and compares each with its digest and, if known, its size.
  ///
  /// Each thread uses one buffer, however large the objects are.
  public func check(_ objects: [Digest: Int?], threads: Int) -> ObjectCheck {
    // Large objects first, so that none of them is left to a single thread at the end.
    let all = objects.sorted {
      ($0.value ?? 0, $0.key.hex) > ($1.value ?? 0, $1.key.hex)
    }
    let results = ParallelMap.run(all.count, threads: threads, chunk: 1) { index in
      look(all[index].key, size: all[index].value)
    }
    var faults: [Digest: ObjectProblem] = [:]
    var bytes = 0
    for (object, result) in zip(all, results) {
      bytes += result.bytes
      if let fault = result.fault { faults[object.key] = fault }
    }
    return ObjectCheck(count: all.count, bytes: bytes, faults: faults)
  }

  /// Reads and verifies manifests on several threads; returns them in the order of their digests.
  public func manifests(
    _ digests: [Digest], threads: Int
  ) -> [Result<ArtifactManifest, StoreError>] {
    ParallelMap.run(digests.count, threads: threads) { index in
      do throws(StoreError) { return .success(try manifest(digests[index])) } catch {
        return .failure(error)
      }
    }
  }

  private func look(_ digest: Digest, size: Int?) -> (bytes: Int, fault: ObjectProblem?) {
    let path = path(digest)
    func fault(_ expected: String, _ found: String) -> ObjectProblem {
      ObjectProblem(path: path, expected: expected, found: found)
    }
    guard let status = FileStatus(path, followLinks: false) else {
      let code = errno
      return (
        0,
        fault(
          "an object", code == ENOENT ? "no file" : String(cString: strerror(code)))
      )
    }
    guard status.kind == .file else {
      return (
        0, fault("a regular file", status.kind == .link ? "a symbolic link" : "something else")
      )
    }
    do throws(StoreError) {
      let (found, bytes) = try OpenFile(reading: path, followLinks: false).digest()
      if let size, bytes != size { return (bytes, fault("\(size) bytes", "\(bytes) bytes")) }
      guard found == digest else {
        return (bytes, fault("SHA-256 \(digest.hex)", "SHA-256 \(found.hex)"))
      }
      return (bytes, nil)
    } catch {
      return (
        0,
        fault("an object that can be read", error.reason + (error.system.map { " (\($0))" } ?? ""))
      )
    }
  }
}
