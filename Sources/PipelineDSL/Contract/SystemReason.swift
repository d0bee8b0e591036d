internal import Foundation

/// The operating system's message for a Foundation error, such as `No space left on device`.
///
/// Foundation paraphrases these messages, which makes them hard to search for.
public func systemReason(of error: any Error) -> String {
  var error = error as NSError
  while let inner = error.userInfo[NSUnderlyingErrorKey] as? any Error { error = inner as NSError }
  guard error.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
  return String(cString: strerror(Int32(error.code)))
}
