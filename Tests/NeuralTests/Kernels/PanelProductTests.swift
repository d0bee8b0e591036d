import Testing

@testable import Neural

@Suite struct PanelProductTests {
  /// Rows, taps, values per tap, columns: incomplete groups and panels, and blocks of each kind.
  static let forms = [
    (1, 1, 1, 1), (6, 1, 40, 16), (7, 9, 5, 17), (13, 3, 500, 33), (5, 2, 2100, 8),
  ]

  @Test(arguments: forms) func agreesWithDoublePrecision(
    rows: Int, taps: Int, length: Int, columns: Int
  ) {
    let draws = CounterRandom(seed: 5, 0, 0)
    let depth = taps * length
    let left = (0..<rows * depth).map { Float(draws.normal($0)) }
    let right = (0..<depth * columns).map { Float(draws.normal(rows * depth + $0)) }
    let bias = (0..<columns).map { Float($0) }
    var result = [Float](repeating: .nan, count: rows * columns)
    var packed = [Float](
      repeating: .nan, count: PanelProduct.packedCount(depth: depth, columns: columns))
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        bias.withUnsafeBufferPointer { bias in
          result.withUnsafeMutableBufferPointer { result in
            packed.withUnsafeMutableBufferPointer { packed in
              guard let left = left.baseAddress, let right = right.baseAddress,
                let bias = bias.baseAddress, let result = result.baseAddress,
                let packed = packed.baseAddress
              else { return }
              PanelProduct.pack(
                depth: depth, columns: columns, into: packed, TilePool(threads: 2)
              ) { (right + $0 * columns, 1) }
              var sources: [UnsafePointer<Float>] = []
              for first in stride(from: 0, to: rows, by: 6) {
                for tap in 0..<taps {
                  for lane in 0..<6 {
                    sources.append(left + min(first + lane, rows - 1) * depth + tap * length)
                  }
                }
              }
              PanelProduct(
                taps: taps, length: length, columns: columns, panels: packed,
                finish: .init(epilogue: Epilogue(floor: 0, ceiling: 40), bias: bias)
              ).run(
                sources, rows: rows, (0..<rows).map { result + $0 * columns },
                panels: 0..<PanelProduct.panels(columns))
            }
          }
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = Double(bias[column])
        for at in 0..<depth {
          sum += Double(left[row * depth + at]) * Double(right[at * columns + column])
        }
        let wanted = min(max(sum, 0), 40)
        #expect(abs(Double(result[row * columns + column]) - wanted) < 2e-4)
      }
    }
  }
}
