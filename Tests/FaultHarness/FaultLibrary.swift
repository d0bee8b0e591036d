import Foundation

/// The preloaded library that makes system calls fail, and the file it shares with the harness.
///
/// The offsets are those of `struct cfaults_state`: including its header would link the library,
/// and with it the faults, into the harness itself.
final class FaultLibrary {
  /// The fault injected at the call.
  enum Action: String {
    case kill, killAll = "kill-all", power, error, short
  }

  private static let size = 800 + 4096 * 32
  private let path: String
  private let library: String

  /// Creates a file that the processes of one run share.
  init(library: String) throws {
    self.library = library
    path = NSTemporaryDirectory() + "assay-faults-state-" + UUID().uuidString
    try Data(count: Self.size).write(to: URL(fileURLWithPath: path))
  }

  deinit { unlink(path) }

  /// The environment of a program that only counts calls of the given kinds below a folder.
  func counting(_ calls: String?, below root: String) -> [String: String] {
    var variables = ["LD_PRELOAD": library, "CFAULTS_FILE": path, "CFAULTS_ROOT": root]
    if let calls { variables["CFAULTS_CALLS"] = calls }
    return variables
  }

  /// The environment of a program with faults from the n-th call on, for `count` calls.
  func faulty(
    _ action: Action, at number: Int, of calls: String?, below root: String, error: Int32 = EIO,
    count: Int = 1
  ) -> [String: String] {
    counting(calls, below: root).merging([
      "CFAULTS_ACTION": action.rawValue, "CFAULTS_AT": String(number),
      "CFAULTS_ERRNO": String(error), "CFAULTS_FOR": String(count),
    ]) { $1 }
  }

  /// The environment of a program whose clock is off by some seconds, or `jump`s.
  static func clock(_ text: String, library: String) -> [String: String] {
    ["LD_PRELOAD": library, "CFAULTS_CLOCK": text]
  }

  private var bytes: [UInt8] { [UInt8](FileManager.default.contents(atPath: path) ?? Data()) }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: [UInt8], _ at: Int, _ type: Number.Type
  ) -> Int {
    bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at, as: Number.self)) }
  }

  /// The number of calls counted.
  var calls: Int { Self.number(bytes, 0, UInt64.self) }
  /// The number of calls that failed.
  var fired: Int { Self.number(bytes, 8, UInt64.self) }
  /// The first call that failed.
  var what: String {
    String(decoding: bytes[280..<792].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Truncates files below a folder as a power failure does: cuts off what was not flushed.
  ///
  /// Returns the number of files that lost bytes.
  func cutOff(below folder: String) throws -> Int {
    let bytes = bytes
    var secured: [UInt64: Int] = [:]
    for place in 0..<Self.number(bytes, 792, Int32.self) {
      let start = 800 + place * 32
      guard Self.number(bytes, start + 24, Int32.self) != 0 else { continue }
      secured[UInt64(Self.number(bytes, start + 8, UInt64.self))] =
        Self.number(bytes, start + 16, Int64.self)
    }
    var cut = 0
    for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? []
    {
      var status = stat()
      let path = folder + "/" + name
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        let size = secured[UInt64(status.st_ino)], Int(status.st_size) > size
      else { continue }
      chmod(path, 0o644)
      guard truncate(path, off_t(size)) == 0 else {
        throw FaultHarnessError("\(path): cannot be cut")
      }
      chmod(path, status.st_mode & 0o777)
      cut += 1
    }
    return cut
  }
}
