/// Rows of numbers with a stride that may be larger than their length.
struct Rows {
  let start: UnsafeMutablePointer<Float>
  let stride: Int

  /// Copies the first `columns` numbers of each row into a contiguous array.
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
