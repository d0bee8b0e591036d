internal import Glibc
public import PipelineDSL

extension ObjectStore {
  /// Verifies an object against its digest; returns its size in bytes.
  ///
  /// - Throws: `StoreError` if the object cannot be read; marked as damage if it is missing or has
  ///   other content.
  @discardableResult
  public func verify(_ digest: Digest) throws(StoreError) -> Int {
    let path = path(digest)
    let (found, size) = try Self.open(path).digest()
    guard found == digest else {
      throw StoreError(path: path, "the content does not match its digest", damaged: true)
    }
    return size
  }

  /// Moves a damaged object to another path on the same disk, so that cells that need it miss and
  /// store it again; `false` if the object no longer exists.
  public func moveAside(_ digest: Digest, to place: String) throws(StoreError) -> Bool {
    if rename(path(digest), place) == 0 { return true }
    guard errno != ENOENT else { return false }
    throw StoreError(path: path(digest), "cannot be moved to \(place)", code: errno)
  }

  /// Whether an object exists undamaged, so that its bytes need not be stored again.
  ///
  /// The object is read: by its size alone, an object damaged on the disk would be kept for ever,
  /// although a stage has just produced the right bytes.
  func holds(_ digest: Digest, size: Int) -> Bool {
    guard contains(digest, size: size) else { return false }
    do { try verify(digest) } catch { return false }
    return true
  }

  /// Whether an object exists with these bytes; faster than computing its digest.
  func holds(_ digest: Digest, _ bytes: [UInt8]) -> Bool {
    guard contains(digest, size: bytes.count) else { return false }
    var compared = 0
    var isSame = true
    do throws(StoreError) {
      let file = try OpenFile(reading: path(digest), followLinks: false)
      try file.forEachPiece(max(1, bytes.count)) { piece in
        guard isSame, compared + piece.count <= bytes.count else {
          isSame = false
          return
        }
        isSame = bytes[compared..<compared + piece.count].withUnsafeBytes { expected in
          guard let one = expected.baseAddress, let other = piece.baseAddress else { return true }
          return memcmp(one, other, piece.count) == 0
        }
        compared += piece.count
      }
    } catch {
      return false
    }
    return isSame && compared == bytes.count
  }
}
