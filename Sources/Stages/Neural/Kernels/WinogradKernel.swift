/// A 3 x 3 convolution without stride, four by four outputs at a time with 36 products an input and
/// output channel in place of 144: F(4x4, 3x3) of Lavin and Gray 2016.
///
/// Tiles of 6 x 6 inputs and the kernel are transformed, multiplied as 36 matrices, and transformed
/// back. Rounding is some ten times that of the plain sum, so only forward passes with prepared weights
/// use it. A tile's numbers do not depend on which others are computed with it.
struct WinogradKernel {
  /// Coordinates of a transformed tile.
  private static let area = 36
  /// Floats that transformed tiles may take at a time: enough to read a kernel of many channels seldom.
  private static let budget = 1 << 22
  /// Tiles that a thread multiplies at a time.
  private static let rows = 96

  private typealias Vector = SIMD8<Float>

  let input: Shape
  let output: Shape
  /// How far the first window lies outside of the image.
  let padding: Extent

  private var tileColumns: Int { (output.width + 3) / 4 }
  /// Tiles a sample.
  private var tiles: Int { (output.height + 3) / 4 * tileColumns }
  /// Floats of a kernel that stays in cache, so that each thread can work through tiles by itself.
  private static let smallKernel = 1 << 20
  /// Tiles that a thread then works through at a time.
  private static let alone = 48

  private var isAlone: Bool {
    Self.preparedCount(inputs: input.channels, outputs: output.channels) <= Self.smallKernel
  }
  /// Floats of a transformed tile and its products.
  private var tileCount: Int { Self.area * (input.channels + output.channels) }
  /// Tiles that are transformed at a time where threads share them.
  private func together(_ samples: Int) -> Int {
    min(samples * tiles, max(1, Self.budget / tileCount))
  }

  /// Whether it can take a convolution.
  static func fits(_ kernel: Extent, stride: Int, inputs: Int, outputs: Int) -> Bool {
    kernel == .square(3) && stride == 1 && inputs % 8 == 0 && outputs % 8 == 0
  }

  /// Floats of a transformed kernel.
  static func preparedCount(inputs: Int, outputs: Int) -> Int {
    area * PanelProduct.packedCount(depth: inputs, columns: outputs)
  }

  /// Floats that threads share.
  func partialCount(_ samples: Int) -> Int { isAlone ? 0 : together(samples) * tileCount }
  /// Floats a thread.
  var scratchCount: Int { isAlone ? Self.alone * tileCount : 0 }

  /// Transforms a kernel, 3 x 3 x in x out, in double precision, to 36 packed matrices in x out.
  static func prepare(
    _ kernel: UnsafePointer<Float>, inputs: Int, outputs: Int, _ pool: TilePool,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    let size = PanelProduct.packedCount(depth: inputs, columns: outputs)
    let width = PanelProduct.columns
    pool.run(inputs) { input, _ in
      withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: area) { result in
        for output in stride(from: 0, to: PanelProduct.panels(outputs) * width, by: 8) {
          let (panel, lane) = output.quotientAndRemainder(dividingBy: width)
          let target = prepared + (panel * inputs + input) * width + lane
          func read(_ at: Int) -> SIMD8<Double> {
            let from = UnsafeRawPointer(kernel + (at * inputs + input) * outputs + output)
            return output < outputs ? SIMD8<Double>(from.loadUnaligned(as: Vector.self)) : .zero
          }
          for row in 0..<3 {
            spread(read(row * 3), read(row * 3 + 1), read(row * 3 + 2)) {
              result[row * 6 + $0] = $1
            }
          }
          for column in 0..<6 {
            spread(result[column], result[6 + column], result[12 + column]) { row, value in
              UnsafeMutableRawPointer(target + (row * 6 + column) * size)
                .storeBytes(of: Vector(value), as: Vector.self)
            }
          }
        }
      }
    }
  }

  /// The kernel's transformation along one axis: three numbers to six.
  @inline(__always)
  private static func spread(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>,
    _ store: (Int, SIMD8<Double>) -> Void
  ) {
    store(0, a / 4)
    store(1, (a + b + c) / -6)
    store(2, (a - b + c) / -6)
    store(3, a / 24 + b / 12 + c / 6)
    store(4, a / 24 - b / 12 + c / 6)
    store(5, c)
  }

  /// Runs the convolution of a pass with its prepared weights.
  func forward(
    _ pass: LayerPass, prepared: UnsafePointer<Float>, _ finish: PanelProduct.Finish
  ) {
    let all = pass.count * tiles
    if isAlone {
      pass.pool.run(all, by: Self.alone) { range, worker in
        convolve(
          pass, range, prepared, finish, TilePool(threads: 1), partial: pass.scratch(of: worker))
      }
    } else {
      let together = together(pass.count)
      for first in stride(from: 0, to: all, by: together) {
        convolve(
          pass, first..<min(all, first + together), prepared, finish, pass.pool,
          partial: pass.partial)
      }
    }
  }

  /// Takes some tiles through all three steps.
  private func convolve(
    _ pass: LayerPass, _ range: Range<Int>, _ prepared: UnsafePointer<Float>,
    _ finish: PanelProduct.Finish, _ pool: TilePool, partial: UnsafeMutablePointer<Float>
  ) {
    let products = partial + range.count * Self.area * input.channels
    pool.run(range.count, by: 8) { part, _ in
      withVectors { vectors in
        for tile in part {
          spread(pass, range.lowerBound + tile, range.count, tile, partial, vectors)
        }
      }
    }
    multiply(partial, range.count, prepared, pool, into: products)
    pool.run(range.count, by: 8) { part, _ in
      withVectors { vectors in
        for tile in part {
          gather(
            products + tile * output.channels, range.count, range.lowerBound + tile, finish,
            vectors, pass)
        }
      }
    }
  }

  private func withVectors(_ body: (UnsafeMutablePointer<Vector>) -> Void) {
    withUnsafeTemporaryAllocation(of: Vector.self, capacity: Self.area) {
      if let start = $0.baseAddress { body(start) }
    }
  }

  /// Where a tile begins: its sample and its first output position.
  private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, at) = tile.quotientAndRemainder(dividingBy: tiles)
    let (row, column) = at.quotientAndRemainder(dividingBy: tileColumns)
    return (sample, row * 4, column * 4)
  }

  /// Multiplies the tiles' 36 matrices, `count` x in, with the kernel's.
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

  /// Transforms one tile of inputs; what lies outside of the image is zero.
  private func spread(
    _ pass: LayerPass, _ tile: Int, _ count: Int, _ index: Int,
    _ target: UnsafeMutablePointer<Float>, _ vectors: UnsafeMutablePointer<Vector>
  ) {
    let place = place(tile)
    let (top, left) = (place.row - padding.rows, place.column - padding.columns)
    let (channels, step) = (input.channels, count * input.channels)
    let low = min(6, max(0, -left))
    let high = max(low, min(6, input.width - left))
    let apart = pass.inputStride
    let corner = pass.input + ((place.sample * input.height + top) * input.width + left) * apart
    for channel in stride(from: 0, to: channels, by: 8) {
      for row in 0..<6 {
        let line = UnsafePointer(corner) + row * input.width * apart + channel
        guard top + row >= 0, top + row < input.height else {
          for column in 0..<6 { vectors[row * 6 + column] = .zero }
          continue
        }
        func read(_ column: Int) -> Vector {
          column >= low && column < high
            ? UnsafeRawPointer(line + column * apart).loadUnaligned(as: Vector.self) : .zero
        }
        Self.spread(read(0), read(1), read(2), read(3), read(4), read(5)) {
          vectors[row * 6 + $0] = $1
        }
      }
      let start = target + index * channels + channel
      for column in 0..<6 {
        Self.spread(
          vectors[column], vectors[6 + column], vectors[12 + column], vectors[18 + column],
          vectors[24 + column], vectors[30 + column]
        ) {
          UnsafeMutableRawPointer(start + ($0 * 6 + column) * step)
            .storeBytes(of: $1, as: Vector.self)
        }
      }
    }
  }

  /// The inputs' transformation along one axis: six numbers to six.
  @inline(__always)
  private static func spread(
    _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, _ e: Vector, _ f: Vector,
    _ store: (Int, Vector) -> Void
  ) {
    store(0, 4 * a - 5 * c + e)
    let (even, odd) = (e - 4 * c, d - 4 * b)
    store(1, even + odd)
    store(2, even - odd)
    let (outer, inner) = (e - c, 2 * (d - b))
    store(3, outer + inner)
    store(4, outer - inner)
    store(5, 4 * b - 5 * d + f)
  }

  /// Transforms one tile's products back, and finishes those inside of the image.
  private func gather(
    _ products: UnsafePointer<Float>, _ count: Int, _ tile: Int, _ finish: PanelProduct.Finish,
    _ vectors: UnsafeMutablePointer<Vector>, _ pass: LayerPass
  ) {
    let place = place(tile)
    let apart = pass.outputStride
    let (channels, step) = (output.channels, count * output.channels)
    let (floor, ceiling) = finish.epilogue.bounds
    let (rows, columns) = (min(4, output.height - place.row), min(4, output.width - place.column))
    let corner =
      pass.output
      + ((place.sample * output.height + place.row) * output.width + place.column) * apart
    for channel in stride(from: 0, to: channels, by: 8) {
      for column in 0..<6 {
        func read(_ row: Int) -> Vector {
          UnsafeRawPointer(products + (row * 6 + column) * step + channel)
            .loadUnaligned(as: Vector.self)
        }
        Self.gather(read(0), read(1), read(2), read(3), read(4), read(5)) {
          vectors[$0 * 6 + column] = $1
        }
      }
      let shift = finish.bias.map { Self.load($0 + channel) } ?? .zero
      for row in 0..<rows {
        let line = vectors + row * 6
        Self.gather(line[0], line[1], line[2], line[3], line[4], line[5]) { column, sum in
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
  private static func load(_ from: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(from).loadUnaligned(as: Vector.self)
  }

  /// The products' transformation along one axis: six numbers to four.
  @inline(__always)
  private static func gather(
    _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, _ e: Vector, _ f: Vector,
    _ store: (Int, Vector) -> Void
  ) {
    let (near, far) = (b + c, d + e)
    let (across, beyond) = (b - c, d - e)
    store(0, a + near + far)
    store(1, across + 2 * beyond)
    store(2, near + 4 * far)
    store(3, across + 8 * beyond + f)
  }
}
