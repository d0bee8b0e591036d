/// Why an archive, or a compressed stream in one, cannot be read or written.
package struct ArchiveError: Error, Sendable, Hashable {
  /// A human-readable description of the problem.
  package let reason: String

  /// Creates an error with a reason.
  package init(_ reason: String) { self.reason = reason }
}
