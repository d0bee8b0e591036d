internal import Glibc
public import PipelineDSL

extension ObjectStore {
  /// Reads an object, holds it to its digest, and gives its bytes.
  ///
  /// - Throws: an object that is missing, cannot be read or, marked as damage, holds something else.
  @discardableResult
  public func verify(_ digest: Digest) throws(StoreError) -> Int {
    let path = path(digest)
    let (found, size) = try Self.open(path).digest()
    guard found == digest else {
      throw StoreError(path: path, "the content does not match its digest", damaged: true)
    }
    return size
  }

  /// Moves an object that is not what its name says to another place on the same disk, so that what
  /// needs it is a miss and stores it anew; `false` if there is no such object any more.
  public func moveAside(_ digest: Digest, to place: String) throws(StoreError) -> Bool {
    if rename(path(digest), place) == 0 { return true }
    guard errno != ENOENT else { return false }
    throw StoreError(path: path(digest), "cannot be moved to \(place)", code: errno)
  }

  /// Whether an object is there whole, so that its bytes need not be stored again.
  ///
  /// It is read: one that a disk has damaged since gives way to what a stage just made, where its
  /// size alone would keep it for ever.
  func holds(_ digest: Digest, size: Int) -> Bool {
    guard contains(digest, size: size) else { return false }
    do { try verify(digest) } catch { return false }
    return true
  }

  /// Whether an object is there with these bytes; quicker than by its digest.
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
