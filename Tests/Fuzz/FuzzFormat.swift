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

  /// Every format, in the order in which they run.
  static let all: [FuzzFormat] =
    [json, pipeline, csv, tables, manifest, locations, key, job, reply]
    + [npy, npz, safetensors, pytorch, bmp, png, jpeg, tiff]

  /// Formats whose parsers fail on purpose, to show that failures are found.
  static let broken: [FuzzFormat] = [trap, hang, hunger, leak, lie]
}

/// What is wrong with how an input was taken.
struct FuzzFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The present input as a file, for parsers that open one.
struct FuzzFile: Sendable {
  let path: String
}

/// What a refusal says, as an outcome.
func refused(_ error: any Error) -> FuzzFormat.Outcome { .refused(String(describing: error)) }

extension [UInt8] {
  /// The bytes of a text.
  init(text: String) { self = Array(text.utf8) }
}
