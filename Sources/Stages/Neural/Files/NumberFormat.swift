/// How a file stores the numbers of a tensor, always little-endian.
enum NumberFormat: Hashable {
  case float32, float64, float16
  /// The upper half of a `float32`.
  case bfloat16
  /// Integers and booleans, which are skipped.
  case whole(width: Int)

  /// The format of a safetensors dtype; `nil` if it is not supported.
  init?(dtype: String) {
    switch dtype {
    case "F32": self = .float32
    case "F64": self = .float64
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "I64", "U64": self = .whole(width: 8)
    case "I32", "U32": self = .whole(width: 4)
    case "I16", "U16": self = .whole(width: 2)
    case "I8", "U8", "BOOL": self = .whole(width: 1)
    default: return nil
    }
  }

  /// The format of PyTorch's `torch.<name>`; `nil` if it is not supported.
  init?(storage name: String) {
    switch name {
    case "FloatStorage": self = .float32
    case "DoubleStorage": self = .float64
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "LongStorage": self = .whole(width: 8)
    case "IntStorage": self = .whole(width: 4)
    case "ShortStorage": self = .whole(width: 2)
    case "CharStorage", "ByteStorage", "BoolStorage": self = .whole(width: 1)
    default: return nil
    }
  }

  /// The number of bytes per number.
  var width: Int {
    switch self {
    case .float64: 8
    case .float32: 4
    case .float16, .bfloat16: 2
    case .whole(let width): width
    }
  }

  /// Whether the numbers are integers or booleans, so that their tensor is skipped.
  var isWhole: Bool {
    if case .whole = self { true } else { false }
  }

  /// Decodes all numbers in a slice of bytes: exactly, except doubles, which are rounded to
  /// nearest.
  func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    bytes.withUnsafeBytes { raw in
      let count = raw.count / width
      #if _endian(little)
        if self == .float32 {
          return [Float](unsafeUninitializedCapacity: count) { values, initialized in
            initialized = count
            UnsafeMutableRawBufferPointer(values)
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: raw.prefix(4 * count)))
          }
        }
      #endif
      return (0..<count).map { float(raw, at: $0) }
    }
  }

  /// The number at an index, counted in numbers.
  @inline(__always)
  func float(_ raw: UnsafeRawBufferPointer, at index: Int) -> Float {
    func load<Word: FixedWidthInteger & BitwiseCopyable>(_ type: Word.Type) -> Word {
      Word(littleEndian: raw.loadUnaligned(fromByteOffset: index * width, as: type))
    }
    switch self {
    case .float32: return Float(bitPattern: load(UInt32.self))
    case .float64: return Float(Double(bitPattern: load(UInt64.self)))
    case .float16: return Self.float(half: load(UInt16.self))
    case .bfloat16: return Float(bitPattern: UInt32(load(UInt16.self)) << 16)
    case .whole: preconditionFailure("integer tensors are skipped")
    }
  }

  /// The value of an IEEE 754 binary16, which `Float` represents exactly.
  ///
  /// Swift's own `Float16` is not available on every processor.
  static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let (exponent, fraction) = (UInt32(bits >> 10 & 0x1F), UInt32(bits & 0x3FF))
    switch exponent {
    case 0:
      // Subnormal or zero: the fraction times two to the power of -24.
      let size = Float(fraction) * Float(sign: .plus, exponent: -24, significand: 1)
      return Float(bitPattern: sign | size.bitPattern)
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
