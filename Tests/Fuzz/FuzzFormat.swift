internal import Foundation

/// A format whose parsers are fuzzed: its seeds, and how an input is tested.
struct FuzzFormat: Sendable {
  /// The outcome of an input: accepted, with a description, or refused, with the message.
  enum Outcome: Sendable {
    case taken(String)
    case refused(String)
  }

  /// The name on the command line.
  let name: String
  /// Files to start from, valid and invalid.
  let seeds: @Sendable (_ fixtures: String) throws -> [[UInt8]]
  /// Byte sequences with a meaning in the format.
  var tokens: [[UInt8]] = []
  /// Whether inputs are text, so that whole words and numbers are replaced.
  var isText = false
  /// The relative share of this format in a total number of inputs.
  var share = 10
  /// Corrects checksums, so that damage gets past them.
  var repair: @Sendable (inout [UInt8]) -> Void = { _ in }
  /// Heap bytes that an input may take, in addition to those that it declares.
  ///
  /// A fixed part, and a number of bytes per byte of the input.
  var allowance: (fixed: Int, each: Int) = (256 << 10, 1024)
  /// Heap bytes that a valid header of the input may require beyond `allowance`.
  ///
  /// Called only for an input that exceeded `allowance`.
  var declared: @Sendable ([UInt8]) -> Int = { _ in 0 }
  /// Reads an input as the program does; throws if an accepted input is wrong.
  ///
  /// For example, it may read differently after it is written.
  let test: @Sendable ([UInt8], FuzzFile) throws -> Outcome

  /// Heap bytes that an input may take.
  func bound(_ input: [UInt8]) -> Int { allowance.fixed + allowance.each * input.count }

  /// Divides `total` inputs among formats.
  static func counts(of total: Int, over formats: [FuzzFormat]) -> [String: Int] {
    let shares = formats.reduce(0) { $0 + $1.share }
    var counts = Dictionary(formats.map { ($0.name, total / shares * $0.share) }) { $1 }
    // The remainder of the division.
    if let first = formats.first {
      counts[first.name, default: 0] += total - counts.values.reduce(0, +)
    }
    return counts
  }

  /// All formats, in the order in which they run.
  static let all: [FuzzFormat] =
    [json, pipeline, csv, tables, manifest, locations, key, job, reply]
    + [npy, npz, safetensors, pytorch, bmp, png, jpeg, tiff]

  /// Formats whose parsers fail on purpose, to show that failures are found.
  static let broken: [FuzzFormat] = [trap, hang, hunger, leak, lie]
}

/// What is wrong with an accepted input.
struct FuzzError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The current input as a file, for parsers that open one.
struct FuzzFile: Sendable {
  let path: String

  /// The file of a testing process: in memory if possible, since some parsers open every input.
  init(of process: pid_t) {
    let memory = "/dev/shm/"
    path =
      (access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()) + "assay-fuzz-\(process).file"
  }
}

/// An error as an outcome.
func refused(_ error: any Error) -> FuzzFormat.Outcome { .refused(String(describing: error)) }

extension [UInt8] {
  /// The UTF-8 bytes of a text.
  init(text: String) { self = Array(text.utf8) }
}
