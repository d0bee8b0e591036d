/// Rows of numbers that may lie further apart than they are long.
struct Rows {
  let start: UnsafeMutablePointer<Float>
  let stride: Int

  /// The first so many columns of some rows, one behind the other.
  func gathered(rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows * columns) { numbers, count in
      for row in 0..<rows {
        let source = UnsafeBufferPointer(start: start + row * stride, count: columns)
        _ = numbers[(row * columns)...].initialize(from: source)
      }
      count = rows * columns
    }
  }
}
