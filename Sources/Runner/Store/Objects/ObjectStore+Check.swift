internal import Glibc
public import PipelineDSL

/// Why an object is not what its name says.
public struct ObjectProblem: Sendable, Hashable {
  /// Where it lies or should lie.
  public let path: String
  /// What should be there.
  public let expected: String
  /// What is.
  public let found: String
}

/// What reading objects again has shown.
public struct ObjectCheck: Sendable {
  /// How many were looked for.
  public let count: Int
  /// The bytes that were read.
  public let bytes: Int
  /// Those that are not in order, by digest.
  public let faults: [Digest: ObjectProblem]
}

extension ObjectStore {
  /// Reads objects again on several threads, and holds each to its digest and, if known, its size.
  ///
  /// A thread holds one buffer, however large the objects are.
  public func check(_ objects: [Digest: Int?], threads: Int) -> ObjectCheck {
    // The large ones first, so that none of them is left to a single thread at the end.
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

  /// Several manifests, read and checked on several threads, in the order of their digests.
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
          "an object", code == ENOENT ? "nothing: it is missing" : String(cString: strerror(code)))
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
