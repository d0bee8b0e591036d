/// The gradient of a kernel: the gradients of its transformed matrices, which are outer products of
/// transformed inputs and transformed output gradients, are transformed back.
extension WinogradKernel where Form == TwoByTwo {
  /// The maximum number of tiles transformed at a time.
  private var gradientTiles: Int { max(OuterProduct.rows, Self.gradientBudget / tileCount) }

  /// The number of floats that transformed tiles may take at a time.
  private static var gradientBudget: Int { 1 << 20 }
  /// The number of floats of a transformed kernel's gradient, which is not packed.
  private var matrices: Int { Self.area * input.channels * output.channels }

  /// The number of floats shared by threads.
  func gradientCount(_ samples: Int) -> Int {
    matrices + min(samples * tiles, gradientTiles) * tileCount
  }

  /// Sums the gradient of the kernel, 3 x 3 x in x out; `packed` is a thread's room for one panel.
  func sumKernelGradient(
    _ pass: LayerPass, _ gradients: LayerGradients, into result: UnsafeMutablePointer<Float>,
    packed: (_ worker: Int) -> UnsafeMutablePointer<Float>
  ) {
    let all = pass.count * tiles
    // Equal shares.
    let shares = (all + gradientTiles - 1) / gradientTiles
    let (sum, together) = (pass.partial, (all + shares - 1) / shares)
    let inputs = sum + matrices
    for first in stride(from: 0, to: all, by: together) {
      let count = min(together, all - first)
      let outputGradients = inputs + count * Self.area * input.channels
      pass.pool.run(count, by: 8) { part, _ in
        withVectors { vectors in
          for tile in part {
            transformInput(pass, first + tile, count, tile, inputs, vectors)
            transformOutputGradient(gradients, first + tile, count, tile, outputGradients)
          }
        }
      }
      pass.pool.run(Self.area) { matrix, worker in
        multiply(
          inputs + matrix * count * input.channels,
          outputGradients + matrix * count * output.channels,
          count, packed(worker), to: sum + matrix * input.channels * output.channels,
          isFirst: first == 0)
      }
    }
    transformKernelGradient(sum, pass.pool, into: result)
  }

  /// Adds the outer product of some tiles' inputs and output gradients to `sum`.
  private func multiply(
    _ tiles: UnsafePointer<Float>, _ outputGradients: UnsafePointer<Float>, _ count: Int,
    _ packed: UnsafeMutablePointer<Float>, to sum: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let (inputs, outputs) = (input.channels, output.channels)
    if isFirst { sum.update(repeating: 0, count: inputs * outputs) }
    let product = OuterProduct(length: inputs, columns: outputs)
    let blocks = (count + OuterProduct.rows - 1) / OuterProduct.rows
    let block = (count + blocks - 1) / blocks
    Convolution.withTable(OuterProduct.rows) { table in
      for first in stride(from: 0, to: count, by: block) {
        let rows = min(block, count - first)
        for row in 0..<rows { table[row] = tiles + (first + row) * inputs }
        product.add(
          table, taps: 1, rows: rows, outputGradients + first * outputs, outputs, packed: packed,
          panels: 0..<PanelProduct.panels(outputs), to: sum)
      }
    }
  }

  /// Transforms the gradient of one tile's outputs; positions outside the image are zero.
  private func transformOutputGradient(
    _ gradients: LayerGradients, _ tile: Int, _ count: Int, _ index: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let place = place(tile)
    let (channels, step, apart) = (
      output.channels, count * output.channels, gradients.outputStride
    )
    let corner =
      gradients.output
      + ((place.sample * output.height + place.row) * output.width + place.column) * apart
    let (hasRow, hasColumn) = (
      place.row + 1 < output.height, place.column + 1 < output.width
    )
    for channel in stride(from: 0, to: channels, by: 8) {
      let start = target + index * channels + channel
      let line = UnsafePointer(corner) + channel
      let below = line + output.width * apart
      let (a, b) = (Self.load(line), hasColumn ? Self.load(line + apart) : .zero)
      let c = hasRow ? Self.load(below) : .zero
      let d = hasRow && hasColumn ? Self.load(below + apart) : .zero
      func store(_ row: Int, _ left: SIMD8<Float>, _ right: SIMD8<Float>) {
        Form.transformOutputGradient(left, right) {
          UnsafeMutableRawPointer(start + (row * 4 + $0) * step)
            .storeBytes(of: $1, as: SIMD8<Float>.self)
        }
      }
      store(0, a, b)
      store(1, a + c, b + d)
      store(2, a - c, b - d)
      store(3, -c, -d)
    }
  }

  /// Transforms the gradient of the matrices back to that of the kernel.
  private func transformKernelGradient(
    _ sum: UnsafePointer<Float>, _ pool: TilePool, into result: UnsafeMutablePointer<Float>
  ) {
    let size = input.channels * output.channels
    pool.run(size / 8, by: 512) { range, _ in
      withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 12) { rows in
        for at in range.lazy.map({ $0 * 8 }) {
          for column in 0..<4 {
            Form.transformKernelGradient({ Self.load(sum + ($0 * 4 + column) * size + at) }) {
              rows[$0 * 4 + column] = $1
            }
          }
          for row in 0..<3 {
            Form.transformKernelGradient({ rows[row * 4 + $0] }) { column, value in
              UnsafeMutableRawPointer(result + (row * 3 + column) * size + at)
                .storeBytes(of: value, as: SIMD8<Float>.self)
            }
          }
        }
      }
    }
  }
}
