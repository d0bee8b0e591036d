/// The order of a convolution's kernel: out x in x height x width in files, as in PyTorch, and height
/// x width x in x out in memory, as matrix products need it.
struct KernelOrder {
  private let outputs: Int
  private let inputs: Int
  private let area: Int

  /// The order of a tensor with a shape of PyTorch; `nil` if its values are in the same order in both.
  init?(shape: [Int]) {
    guard shape.count == 4 else { return nil }
    (outputs, inputs, area) = (shape[0], shape[1], shape[2] * shape[3])
  }

  /// Converts a kernel from the order of files, each output's values multiplied by its `scale`.
  func fromFile(
    _ values: [Float], scale: [Double]? = nil, _ pool: TilePool? = nil
  ) -> [Float] {
    precondition(values.count == outputs * inputs * area, "a kernel of another shape")
    return [Float](unsafeUninitializedCapacity: values.count) { target, initialized in
      initialized = values.count
      if let start = target.baseAddress { fromFile(values, scale: scale, into: start, pool) }
    }
  }

  /// Converts a kernel to the order of files.
  func toFile(_ values: [Float]) -> [Float] {
    var result = values
    for output in 0..<outputs {
      for input in 0..<inputs {
        for at in 0..<area {
          result[(output * inputs + input) * area + at] =
            values[(at * inputs + input) * outputs + output]
        }
      }
    }
    return result
  }

  private func fromFile(
    _ values: [Float], scale: [Double]?, into target: UnsafeMutablePointer<Float>,
    _ pool: TilePool?
  ) {
    let depth = inputs * area
    func convert(_ places: Range<Int>) {
      values.withUnsafeBufferPointer { values in
        for place in places {
          let (input, at) = place.quotientAndRemainder(dividingBy: area)
          let row = target + (at * inputs + input) * outputs
          if let scale {
            for output in 0..<outputs {
              row[output] = Float(Double(values[output * depth + place]) * scale[output])
            }
          } else {
            for output in 0..<outputs { row[output] = values[output * depth + place] }
          }
        }
      }
    }
    guard let pool else { return convert(0..<depth) }
    // Sixteen places share the lines of memory from which they are read.
    pool.run(depth, by: max(16, 65_536 / outputs / 16 * 16)) { places, _ in convert(places) }
  }
}
