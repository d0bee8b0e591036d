/// A tensor as stored in a file: a strided view of a storage of numbers.
struct TensorView: Hashable {
  let format: NumberFormat
  /// The byte range of the storage in the file.
  let storage: Range<Int>
  /// The dimensions, slowest first.
  let shape: [Int]
  /// The product of the dimensions.
  let count: Int
  private let offset: Int
  private let strides: [Int]

  /// Creates a view; `nil` if it does not stay inside its storage.
  ///
  /// Offset and strides are counted in numbers.
  init?(
    format: NumberFormat, storage: Range<Int>, offset: Int, shape: [Int], strides: [Int]
  ) {
    guard shape.count == strides.count, offset >= 0,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    var (count, last) = (1, offset)
    for (extent, step) in zip(shape, strides) {
      let (product, tooMany) = count.multipliedReportingOverflow(by: extent)
      let (reach, tooFar) = max(extent - 1, 0).multipliedReportingOverflow(by: step)
      let (end, beyond) = last.addingReportingOverflow(reach)
      guard !tooMany, !tooFar, !beyond else { return nil }
      (count, last) = (product, end)
    }
    // An empty tensor reads nothing, wherever it begins.
    guard count == 0 || last < storage.count / format.width else { return nil }
    (self.format, self.storage, self.shape, self.count) = (format, storage, shape, count)
    (self.offset, self.strides) = (offset, strides)
  }

  /// The numbers in row-major order.
  func floats(_ bytes: [UInt8]) -> [Float] {
    if isContiguous {
      let start = storage.lowerBound + (count == 0 ? 0 : offset * format.width)
      return format.floats(bytes[start..<start + count * format.width])
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    bytes[storage].withUnsafeBytes { raw in
      var position = [Int](repeating: 0, count: shape.count)
      var at = offset
      for _ in 0..<count {
        values.append(format.float(raw, at: at))
        // The last axis is the fastest; an axis that reaches its end goes back to its start. The
        // stride of an axis of length 1 can be any number, so the arithmetic wraps.
        for axis in shape.indices.reversed() {
          position[axis] += 1
          at &+= strides[axis]
          if position[axis] < shape[axis] { break }
          at &-= shape[axis] &* strides[axis]
          position[axis] = 0
        }
      }
    }
    return values
  }

  private var isContiguous: Bool {
    var step = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent > 1 && count > 0 {
      guard stride == step else { return false }
      step *= extent
    }
    return true
  }
}
