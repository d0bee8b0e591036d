internal import CPrefetch

/// The loops of a depthwise 3 x 3 convolution with padding 1, over one sample, H x W x C.
///
/// Eight channels are processed at a time; channels beyond a multiple of eight one by one.
struct DepthwiseKernel {
  let input: Shape
  let output: Shape
  let stride: Int
  /// 3 x 3 x C.
  let weights: UnsafePointer<Float>

  /// Operations applied to sums before they are stored: a bias per channel, and bounds.
  var finish: (bias: UnsafePointer<Float>, epilogue: Epilogue)?

  private typealias Vector = SIMD8<Float>
  private var channels: Int { input.channels }
  /// The number of bytes by which memory is asked for ahead.
  private static let lookahead = 256

  init(
    input: Shape, output: Shape, stride: Int, weights: UnsafePointer<Float>,
    finish: (bias: UnsafePointer<Float>, epilogue: Epilogue)? = nil
  ) {
    (self.input, self.output, self.stride) = (input, output, stride)
    (self.weights, self.finish) = (weights, finish)
  }

  /// The kernel's rows or columns that lie inside the image at an output position.
  private func inside(_ position: Int, _ extent: Int) -> Range<Int> {
    let first = position * stride - 1
    return max(0, -first)..<min(3, extent - first)
  }

  /// Computes one row of the output, W' x C.
  ///
  /// Only the rows of the sample that the output row depends on are read.
  func forward(
    _ sample: UnsafePointer<Float>, row: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let rows = inside(row, input.height)
    let top = sample + (row * stride - 1) * input.width * channels
    // Columns whose whole window lies inside the image.
    let high = max(1, min(output.width, (input.width - 2) / stride + 1))
    var x = 0
    while x < output.width {
      // Fewer than four that are left are computed together with some that are done.
      if x >= 1, x < high, high >= 5 {
        x = min(x, high - 4)
        if stride == 1 {
          forwardFour(top, rows, x, target + x * channels)
        } else {
          forwardFourApart(top, rows, x, target + x * channels)
        }
        x += 4
      } else {
        forwardOne(top, rows, x, target + x * channels)
        x += 1
      }
    }
  }

  /// Computes four adjacent outputs of a row at stride 1, whose windows lie inside the columns.
  ///
  /// The columns that the outputs before did not read are in no near cache, and the processor does
  /// not foresee so many rows and columns at once, so they are asked for some cycles ahead.
  private func forwardFour(
    _ top: UnsafePointer<Float>, _ rows: Range<Int>, _ x: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    let corner = top + (x - 1) * channels
    let whole = channels / 8 * 8
    // Distances in bytes.
    let (step, line) = (channels * 4, input.width * channels * 4)
    let (source, weight) = (UnsafeRawPointer(corner), UnsafeRawPointer(weights))
    for channel in Swift.stride(from: 0, to: whole, by: 8) {
      let at = channel &* 4
      if at % 64 == 0 {
        for ky in rows {
          let ahead = source + at + ky &* line + Self.lookahead
          for column in 2..<6 { cprefetch(ahead + column &* step) }
        }
      }
      var sums = FourSums()
      if rows.count == 3 {
        sums.add(source + at, weight + at, step)
        sums.add(source + at + line, weight + at + 3 &* step, step)
        sums.add(source + at + 2 &* line, weight + at + 6 &* step, step)
      } else {
        for ky in rows { sums.add(source + at + ky &* line, weight + at + 3 &* ky &* step, step) }
      }
      storeFour(sums.a, sums.b, sums.c, sums.d, channel, target)
    }
    forwardRest(corner, channels, rows, whole, target)
  }

  /// The sums of eight channels of four adjacent outputs.
  private struct FourSums {
    var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)

    /// Adds the products of one row of the kernel; columns are `step` bytes apart.
    @inline(__always)
    mutating func add(_ source: UnsafeRawPointer, _ weight: UnsafeRawPointer, _ step: Int) {
      let (u, v, w) = (load(weight), load(weight + step), load(weight + 2 &* step))
      let (p, q) = (load(source), load(source + step))
      let (r, s) = (load(source + 2 &* step), load(source + 3 &* step))
      let (t, z) = (load(source + 4 &* step), load(source + 5 &* step))
      a.addProduct(p, u)
      b.addProduct(q, u)
      c.addProduct(r, u)
      d.addProduct(s, u)
      a.addProduct(q, v)
      b.addProduct(r, v)
      c.addProduct(s, v)
      d.addProduct(t, v)
      a.addProduct(r, w)
      b.addProduct(s, w)
      c.addProduct(t, w)
      d.addProduct(z, w)
    }

    @inline(__always) private func load(_ from: UnsafeRawPointer) -> Vector {
      from.loadUnaligned(as: Vector.self)
    }
  }

  /// Computes the channels from a given one on of four outputs whose windows are `step` floats apart.
  private func forwardRest(
    _ corner: UnsafePointer<Float>, _ step: Int, _ rows: Range<Int>, _ first: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    for channel in first..<channels {
      for number in 0..<4 {
        target[number * channels + channel] = single(
          corner + number * step + channel, rows, 0..<3, channel)
      }
    }
  }

  /// The same at other strides.
  private func forwardFourApart(
    _ top: UnsafePointer<Float>, _ rows: Range<Int>, _ x: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    let (channels, line, step) = (channels, input.width * channels, stride * channels)
    let corner = top + (x * stride - 1) * channels
    var channel = 0
    while channel + 8 <= channels {
      var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      for ky in rows {
        var source = corner + ky * line + channel
        var weight = weights + ky * 3 * channels + channel
        for _ in 0..<3 {
          let w = load(weight)
          a.addProduct(load(source), w)
          b.addProduct(load(source + step), w)
          c.addProduct(load(source + 2 * step), w)
          d.addProduct(load(source + 3 * step), w)
          source += channels
          weight += channels
        }
      }
      storeFour(a, b, c, d, channel, target)
      channel += 8
    }
    forwardRest(corner, step, rows, channel, target)
  }

  @inline(__always)
  private func storeFour(
    _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, _ channel: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let target = target + channel
    guard let finish else {
      store(a, target)
      store(b, target + channels)
      store(c, target + 2 * channels)
      store(d, target + 3 * channels)
      return
    }
    let bias = load(finish.bias + channel)
    let bounds = finish.epilogue.bounds
    store(clipped(a + bias, bounds), target)
    store(clipped(b + bias, bounds), target + channels)
    store(clipped(c + bias, bounds), target + 2 * channels)
    store(clipped(d + bias, bounds), target + 3 * channels)
  }

  @inline(__always)
  private func clipped(_ value: Vector, _ bounds: (floor: Float, ceiling: Float)) -> Vector {
    var value = value
    value.replace(with: bounds.floor, where: value .< bounds.floor)
    value.replace(with: bounds.ceiling, where: value .> bounds.ceiling)
    return value
  }

  /// Computes one output position, whose window may extend beyond the edges.
  private func forwardOne(
    _ top: UnsafePointer<Float>, _ rows: Range<Int>, _ x: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    let (channels, line) = (channels, input.width * channels)
    let columns = inside(x, input.width)
    let corner = top + (x * stride - 1) * channels
    var channel = 0
    while channel + 8 <= channels {
      var sum = Vector.zero
      for ky in rows {
        for kx in columns {
          sum.addProduct(
            load(corner + ky * line + kx * channels + channel),
            load(weights + (ky * 3 + kx) * channels + channel))
        }
      }
      if let finish {
        sum = clipped(sum + load(finish.bias + channel), finish.epilogue.bounds)
      }
      store(sum, target + channel)
      channel += 8
    }
    for channel in channel..<channels {
      target[channel] = single(corner + channel, rows, columns, channel)
    }
  }

  private func single(
    _ corner: UnsafePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>, _ channel: Int
  ) -> Float {
    var sum: Float = 0
    for ky in rows {
      for kx in columns {
        sum.addProduct(
          corner[(ky * input.width + kx) * channels], weights[(ky * 3 + kx) * channels + channel])
      }
    }
    guard let finish else { return sum }
    let (floor, ceiling) = finish.epilogue.bounds
    return min(max(sum + finish.bias[channel], floor), ceiling)
  }

  /// Adds one sample's contribution to the kernel's gradient, 3 x 3 x C, given the output's
  /// gradient.
  func addKernelGradient(
    _ sample: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    to result: UnsafeMutablePointer<Float>
  ) {
    let channels = channels
    for y in 0..<output.height {
      let rows = inside(y, input.height)
      let line = outputGradient + y * output.width * channels
      for ky in rows {
        let source = sample + (y * stride - 1 + ky) * input.width * channels
        let sums = result + ky * 3 * channels
        var channel = 0
        while channel + 8 <= channels {
          addRow(source + channel, line + channel, sums + channel)
          channel += 8
        }
        for channel in channel..<channels {
          for x in 0..<output.width {
            for kx in inside(x, input.width) {
              sums[kx * channels + channel].addProduct(
                source[(x * stride - 1 + kx) * channels + channel], line[x * channels + channel])
            }
          }
        }
      }
    }
  }

  /// Adds one output row to the three sums of a kernel row, for eight channels.
  private func addRow(
    _ source: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    let channels = channels
    var (a, b, c) = (load(sums), load(sums + channels), load(sums + 2 * channels))
    for x in 0..<output.width {
      let dy = load(outputGradient + x * channels)
      let first = x * stride - 1
      let from = source + first * channels
      if first >= 0 { a.addProduct(load(from), dy) }
      b.addProduct(load(from + channels), dy)
      if first + 2 < input.width { c.addProduct(load(from + 2 * channels), dy) }
    }
    store(a, sums)
    store(b, sums + channels)
    store(c, sums + 2 * channels)
  }

  /// Adds the contribution of one sample's output gradient to its input gradient.
  func scatter(_ outputGradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let channels = channels
    for y in 0..<output.height {
      for x in 0..<output.width {
        let dy = outputGradient + (y * output.width + x) * channels
        for ky in inside(y, input.height) {
          for kx in inside(x, input.width) {
            let row = y * stride - 1 + ky
            let dx = target + (row * input.width + x * stride - 1 + kx) * channels
            let weight = weights + (ky * 3 + kx) * channels
            for channel in 0..<channels { dx[channel] += weight[channel] * dy[channel] }
          }
        }
      }
    }
  }

  @inline(__always) private func load(_ from: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(from).loadUnaligned(as: Vector.self)
  }

  @inline(__always) private func store(_ value: Vector, _ to: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(to).storeBytes(of: value, as: Vector.self)
  }
}
