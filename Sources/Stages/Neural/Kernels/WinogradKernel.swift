/// A 3 x 3 convolution with stride 1 by Winograd's method (Lavin and Gray 2016).
///
/// Tiles of inputs and the kernel are transformed, multiplied as one matrix per value of a tile,
/// and transformed back. A tile's values do not depend on the other tiles computed with it.
struct WinogradKernel<Form: WinogradForm> {
  typealias Vector = SIMD8<Float>

  /// The number of values along the edge of a tile of inputs.
  private static var edge: Int { Form.outputs + 2 }
  /// The number of values of a transformed tile.
  static var area: Int { edge * edge }
  /// The number of floats that transformed tiles may take at a time: enough to read a kernel of
  /// many channels rarely.
  private static var budget: Int { 1 << 22 }
  /// The number of tiles that a thread multiplies at a time.
  private static var rows: Int { 96 }
  /// The number of floats of a kernel that stays in cache, so that each thread can process tiles by
  /// itself.
  private static var smallKernel: Int { 1 << 20 }
  /// The number of floats of the tiles that a thread then processes at a time.
  private static var ownBudget: Int { 1 << 17 }

  let input: Shape
  let output: Shape
  /// How far the first window lies outside the image.
  let padding: Extent

  private static func tiles(along extent: Int) -> Int { (extent + Form.outputs - 1) / Form.outputs }
  private var tileColumns: Int { Self.tiles(along: output.width) }
  /// The number of tiles per sample.
  var tiles: Int { Self.tiles(along: output.height) * tileColumns }

  private var isAlone: Bool { preparedCount <= Self.smallKernel }
  /// The number of floats of a transformed tile and its products.
  var tileCount: Int { Self.area * (input.channels + output.channels) }
  /// The number of tiles that a thread processes at a time by itself.
  private var alone: Int {
    min(Self.rows, max(24, Self.ownBudget / tileCount)) / PanelProduct.rows * PanelProduct.rows
  }
  /// The number of tiles transformed at a time when threads share them.
  private func together(_ samples: Int) -> Int {
    min(samples * tiles, max(1, Self.budget / tileCount))
  }

  /// The number of floats of a transformed kernel.
  static func preparedCount(inputs: Int, outputs: Int) -> Int {
    area * PanelProduct.packedCount(depth: inputs, columns: outputs)
  }

  var preparedCount: Int {
    Self.preparedCount(inputs: input.channels, outputs: output.channels)
  }
  /// The number of floats shared by threads.
  func partialCount(_ samples: Int) -> Int { isAlone ? 0 : together(samples) * tileCount }
  /// The number of floats per thread.
  var scratchCount: Int { isAlone ? alone * tileCount : 0 }

  /// Transforms a kernel, in double precision, to packed matrices of in x out.
  ///
  /// `read` returns eight outputs of a tap and an input.
  static func prepare(
    inputs: Int, outputs: Int, _ pool: TilePool, into prepared: UnsafeMutablePointer<Float>,
    read: (_ tap: Int, _ input: Int, _ output: Int) -> SIMD8<Float>
  ) {
    let size = PanelProduct.packedCount(depth: inputs, columns: outputs)
    let width = PanelProduct.columns
    pool.run(inputs) { input, _ in
      withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: area) { result in
        for output in stride(from: 0, to: PanelProduct.panels(outputs) * width, by: 8) {
          let (panel, lane) = output.quotientAndRemainder(dividingBy: width)
          let target = prepared + (panel * inputs + input) * width + lane
          func number(_ tap: Int) -> SIMD8<Double> {
            output < outputs ? SIMD8<Double>(read(tap, input, output)) : .zero
          }
          for row in 0..<3 {
            Form.transformKernel(number(row * 3), number(row * 3 + 1), number(row * 3 + 2)) {
              result[row * edge + $0] = $1
            }
          }
          for column in 0..<edge {
            Form.transformKernel(
              result[column], result[edge + column], result[2 * edge + column]
            ) { row, value in
              UnsafeMutableRawPointer(target + (row * edge + column) * size)
                .storeBytes(of: Vector(value), as: Vector.self)
            }
          }
        }
      }
    }
  }

  /// Runs the convolution of a pass with its prepared weights; `partial` has room for
  /// `partialCount`.
  func forward(
    _ pass: LayerPass, prepared: UnsafePointer<Float>, partial: UnsafeMutablePointer<Float>,
    _ finish: PanelProduct.Finish
  ) {
    let all = pass.count * tiles
    if isAlone {
      pass.pool.run(all, by: alone) { range, worker in
        convolve(
          pass, range, prepared, finish, TilePool(threads: 1), partial: pass.scratch(of: worker))
      }
    } else {
      let together = together(pass.count)
      for first in stride(from: 0, to: all, by: together) {
        convolve(
          pass, first..<min(all, first + together), prepared, finish, pass.pool,
          partial: partial)
      }
    }
  }

  /// Runs all three steps on some tiles.
  private func convolve(
    _ pass: LayerPass, _ range: Range<Int>, _ prepared: UnsafePointer<Float>,
    _ finish: PanelProduct.Finish, _ pool: TilePool, partial: UnsafeMutablePointer<Float>
  ) {
    let products = partial + range.count * Self.area * input.channels
    pool.run(range.count, by: 8) { part, _ in
      withVectors { vectors in
        for tile in part {
          transformInput(pass, range.lowerBound + tile, range.count, tile, partial, vectors)
        }
      }
    }
    multiply(partial, range.count, prepared, pool, into: products)
    pool.run(range.count, by: 8) { part, _ in
      withVectors { vectors in
        for tile in part {
          transformOutput(
            products + tile * output.channels, range.count, range.lowerBound + tile, finish,
            vectors, pass)
        }
      }
    }
  }

  func withVectors(_ body: (UnsafeMutablePointer<Vector>) -> Void) {
    withUnsafeTemporaryAllocation(of: Vector.self, capacity: Self.area) {
      if let start = $0.baseAddress { body(start) }
    }
  }

  /// The sample and first output position of a tile.
  func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, at) = tile.quotientAndRemainder(dividingBy: tiles)
    let (row, column) = at.quotientAndRemainder(dividingBy: tileColumns)
    return (sample, row * Form.outputs, column * Form.outputs)
  }

  /// Multiplies the tiles' matrices, `count` x in, by the kernel's.
  private func multiply(
    _ tiles: UnsafePointer<Float>, _ count: Int, _ prepared: UnsafePointer<Float>, _ pool: TilePool,
    into products: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (input.channels, output.channels)
    let size = PanelProduct.packedCount(depth: inputs, columns: outputs)
    let (blocks, lanes) = ((count + Self.rows - 1) / Self.rows, PanelProduct.rows)
    pool.run(Self.area * blocks) { job, _ in
      let (matrix, block) = job.quotientAndRemainder(dividingBy: blocks)
      let rows = block * Self.rows..<min(count, (block + 1) * Self.rows)
      let source = tiles + matrix * count * inputs
      let target = products + matrix * count * outputs
      let groups = (rows.count + lanes - 1) / lanes
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: groups * lanes) {
        table in
        withUnsafeTemporaryAllocation(
          of: UnsafeMutablePointer<Float>.self, capacity: rows.count
        ) { targets in
          guard let from = table.baseAddress, let to = targets.baseAddress else { return }
          for row in 0..<groups * lanes {
            (from + row).initialize(
              to: source + min(rows.lowerBound + row, rows.upperBound - 1) * inputs)
          }
          for row in 0..<rows.count {
            (to + row).initialize(to: target + (rows.lowerBound + row) * outputs)
          }
          PanelProduct(
            taps: 1, length: inputs, columns: outputs, panels: prepared + matrix * size
          ).run(from, rows: rows.count, to, panels: 0..<PanelProduct.panels(outputs))
        }
      }
    }
  }

  /// Transforms one tile of inputs; positions outside the image are zero.
  func transformInput(
    _ pass: LayerPass, _ tile: Int, _ count: Int, _ index: Int,
    _ target: UnsafeMutablePointer<Float>, _ vectors: UnsafeMutablePointer<Vector>
  ) {
    let place = place(tile)
    let (top, left) = (place.row - padding.rows, place.column - padding.columns)
    let (channels, step) = (input.channels, count * input.channels)
    let edge = Self.edge
    let low = min(edge, max(0, -left))
    let high = max(low, min(edge, input.width - left))
    let apart = pass.inputStride
    let corner = pass.input + ((place.sample * input.height + top) * input.width + left) * apart
    for channel in stride(from: 0, to: channels, by: 8) {
      for row in 0..<edge {
        let line = UnsafePointer(corner) + row * input.width * apart + channel
        guard top + row >= 0, top + row < input.height else {
          for column in 0..<edge { vectors[row * edge + column] = .zero }
          continue
        }
        func read(_ column: Int) -> Vector {
          column >= low && column < high
            ? UnsafeRawPointer(line + column * apart).loadUnaligned(as: Vector.self) : .zero
        }
        Form.transformInput(read) { vectors[row * edge + $0] = $1 }
      }
      let start = target + index * channels + channel
      for column in 0..<edge {
        Form.transformInput({ vectors[$0 * edge + column] }) {
          UnsafeMutableRawPointer(start + ($0 * edge + column) * step)
            .storeBytes(of: $1, as: Vector.self)
        }
      }
    }
  }

  /// Transforms one tile's products back, and finishes those inside the image.
  private func transformOutput(
    _ products: UnsafePointer<Float>, _ count: Int, _ tile: Int, _ finish: PanelProduct.Finish,
    _ vectors: UnsafeMutablePointer<Vector>, _ pass: LayerPass
  ) {
    let place = place(tile)
    let apart = pass.outputStride
    let (channels, step) = (output.channels, count * output.channels)
    let (floor, ceiling) = finish.epilogue.bounds
    let (edge, size) = (Self.edge, Form.outputs)
    let rows = min(size, output.height - place.row)
    let columns = min(size, output.width - place.column)
    let corner =
      pass.output
      + ((place.sample * output.height + place.row) * output.width + place.column) * apart
    for channel in stride(from: 0, to: channels, by: 8) {
      for column in 0..<edge {
        Form.transformOutput({ Self.load(products + ($0 * edge + column) * step + channel) }) {
          vectors[$0 * edge + column] = $1
        }
      }
      let shift = finish.bias.map { Self.load($0 + channel) } ?? .zero
      for row in 0..<rows {
        let line = vectors + row * edge
        Form.transformOutput({ line[$0] }) { column, sum in
          guard column < columns else { return }
          let target = corner + (row * output.width + column) * apart + channel
          var value = sum + shift
          if let residual = finish.residual {
            value += Self.load(residual.values + (UnsafePointer(target) - residual.result))
          }
          value.replace(with: floor, where: value .< floor)
          value.replace(with: ceiling, where: value .> ceiling)
          UnsafeMutableRawPointer(target).storeBytes(of: value, as: Vector.self)
        }
      }
    }
  }

  @inline(__always)
  static func load(_ from: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(from).loadUnaligned(as: Vector.self)
  }
}
