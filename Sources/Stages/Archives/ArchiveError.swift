/// Why an archive, or a compressed stream in one, cannot be read or written.
package struct ArchiveError: Error, Sendable, Hashable {
  /// The problem, in words for a person.
  package let reason: String

  /// An error with its reason.
  package init(_ reason: String) { self.reason = reason }
}
