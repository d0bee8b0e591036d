internal import Foundation

/// A format whose parsers are tried: whole files to begin with, and what is done with an input.
struct FuzzFormat: Sendable {
  /// What became of an input: the words of the refusal, or that it was taken.
  enum Outcome: Sendable {
    case taken(String)
    case refused(String)
  }

  /// The name on the command line.
  let name: String
  /// Files to begin with, good and bad.
  let seeds: @Sendable (_ fixtures: String) throws -> [[UInt8]]
  /// Pieces that the format gives a meaning.
  var tokens: [[UInt8]] = []
  /// Whether inputs are text, so that words and numbers are changed as wholes.
  var isText = false
  /// Its part of a number of inputs over all formats, beside the others'.
  var share = 10
  /// Makes checksums right again, so that damage gets past them.
  var repair: @Sendable (inout [UInt8]) -> Void = { _ in }
  /// Heap bytes that an input may take, beside those that it declares.
  ///
  /// A fixed part, and so many for each byte of it.
  var allowance: (fixed: Int, each: Int) = (256 << 10, 1024)
  /// Heap bytes that a valid header of the input may ask for beyond `allowance`.
  ///
  /// Asked only for an input that went beyond it.
  var declared: @Sendable ([UInt8]) -> Int = { _ in 0 }
  /// Reads an input as the program does; throws where an input that was taken is not what it should
  /// be, such as one that reads differently once written.
  let judge: @Sendable ([UInt8], FuzzFile) throws -> Outcome

  /// Heap bytes that an input may take.
  func bound(_ input: [UInt8]) -> Int { allowance.fixed + allowance.each * input.count }

  /// How many of `total` inputs over some formats each has.
  static func counts(of total: Int, over formats: [FuzzFormat]) -> [String: Int] {
    let shares = formats.reduce(0) { $0 + $1.share }
    var counts = Dictionary(formats.map { ($0.name, total / shares * $0.share) }) { $1 }
    // What division leaves.
    if let first = formats.first {
      counts[first.name, default: 0] += total - counts.values.reduce(0, +)
    }
    return counts
  }

  /// Every format, in the order in which they run.
  static let all: [FuzzFormat] =
    [json, pipeline, csv, tables, manifest, locations, key, job, reply]
    + [npy, npz, safetensors, pytorch, bmp, png, jpeg, tiff]

  /// Formats whose parsers fail on purpose, to show that failures are found.
  static let broken: [FuzzFormat] = [trap, hang, hunger, leak, lie]
}

/// What is wrong with how an input was taken.
struct FuzzError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The present input as a file, for parsers that open one.
struct FuzzFile: Sendable {
  let path: String

  /// The file of a judging process: in memory where that is had, since some parsers open every input.
  init(of process: pid_t) {
    let memory = "/dev/shm/"
    path =
      (access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()) + "assay-fuzz-\(process).file"
  }
}

/// What a refusal says, as an outcome.
func refused(_ error: any Error) -> FuzzFormat.Outcome { .refused(String(describing: error)) }

extension [UInt8] {
  /// The bytes of a text.
  init(text: String) { self = Array(text.utf8) }
}
