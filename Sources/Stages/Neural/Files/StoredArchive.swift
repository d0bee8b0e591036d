internal import Archives

/// A ZIP archive of stored (uncompressed) members in one folder, as `torch.save` writes it; all
/// checksums are verified.
struct StoredArchive {
  /// The folder of the first member, which PyTorch names after the file.
  let root: String
  private var places: [String: Range<Int>] = [:]

  init(_ bytes: [UInt8]) throws(NeuralError) {
    do throws(ArchiveError) {
      let entries = try ZIPDirectory(bytes).entries
      guard let first = entries.first, let slash = first.name.firstIndex(of: "/") else {
        throw ArchiveError("the archive has no folder; torch.save writes one")
      }
      root = String(first.name[..<slash])
      // PyTorch can be configured to omit checksums; it then writes zeros, and nothing can be
      // verified.
      let hasChecksums = entries.contains { $0.checksum != 0 }
      // Overlapping members would be checksummed again and again.
      var left = bytes.count
      for entry in entries {
        guard !entry.isDeflated else {
          throw ArchiveError("member '\(entry.name)' is deflated; torch.save stores members")
        }
        guard entry.size == entry.packed else {
          throw ArchiveError(
            "member '\(entry.name)' declares \(entry.size) bytes in \(entry.packed) stored ones")
        }
        let place = try ZIPDirectory.place(entry, in: bytes)
        left -= place.count
        guard left >= 0 else {
          throw ArchiveError("the archive is damaged: its members overlap at '\(entry.name)'")
        }
        guard !hasChecksums || Deflate.checksum(bytes[place]) == entry.checksum else {
          throw ArchiveError("member '\(entry.name)' is damaged: its checksum is wrong")
        }
        places[entry.name] = place
      }
    } catch {
      throw NeuralError(error.reason)
    }
  }

  /// The byte range of a member of the root folder; `nil` if there is no such member.
  func place(_ name: String) -> Range<Int>? { places["\(root)/\(name)"] }
}
