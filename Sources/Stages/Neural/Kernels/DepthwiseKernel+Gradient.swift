internal import CInstructions

extension DepthwiseKernel {
  /// Adds one sample's contribution to the kernel's gradient, 3 x 3 x C, given the output's
  /// gradient.
  func addKernelGradient(
    _ sample: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    to result: UnsafeMutablePointer<Float>
  ) {
    let channels = channels
    let whole = channels / 8 * 8
    for y in 0..<output.height {
      let rows = inside(y, input.height)
      let line = outputGradient + y * output.width * channels
      let top = sample + (y * stride - 1) * input.width * channels
      for channel in Swift.stride(from: 0, to: whole, by: 8) {
        let (top, line, sums) = (top + channel, line + channel, result + channel)
        if rows.count == 3 {
          // Sixteen channels are a line of the caches.
          if channel % 16 == 0 { askAhead(top, line) }
          addRows(top, line, sums)
        } else {
          for ky in rows {
            addRow(top + ky * input.width * channels, line, sums + ky * 3 * channels)
          }
        }
      }
      for channel in whole..<channels { addChannel(channel, rows, top, line, result) }
    }
  }

  /// Asks for what the next row of the output's gradient needs, except for the rows that this one needs
  /// too.
  private func askAhead(
    _ top: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>
  ) {
    let (channels, line) = (channels, input.width &* channels)
    let (gradient, next) = (outputGradient + output.width &* channels, top + 3 &* line)
    for x in 0..<output.width { cprefetch(gradient + x &* channels) }
    for row in 0..<stride {
      for x in 0..<input.width { cprefetch(next + row &* line + x &* channels) }
    }
  }

  /// Adds one output row to the nine sums of eight channels.
  private func addRows(
    _ top: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>
  ) {
    let channels = channels
    let line = input.width &* channels
    let last = output.width - 1
    let lastIsWhole = last * stride + 1 < input.width
    var sums = NineSums(result, channels)
    for x in 0..<output.width {
      sums.add(
        top + (x &* stride &- 1) &* channels, line, channels, load(outputGradient + x &* channels),
        x > 0, x < last || lastIsWhole)
    }
    sums.store(result, channels)
  }

  /// The sums of eight channels for each place of the kernel.
  private struct NineSums {
    private var (a, b, c): (Vector, Vector, Vector)
    private var (d, e, f): (Vector, Vector, Vector)
    private var (g, h, i): (Vector, Vector, Vector)

    /// Reads them; places are `step` floats apart.
    @inline(__always)
    init(_ from: UnsafePointer<Float>, _ step: Int) {
      func place(_ number: Int) -> Vector { Self.load(from + number &* step) }
      (a, b, c) = (place(0), place(1), place(2))
      (d, e, f) = (place(3), place(4), place(5))
      (g, h, i) = (place(6), place(7), place(8))
    }

    /// Adds the products of an output's gradient and its window; the first and the last column may lie
    /// outside the image.
    @inline(__always)
    mutating func add(
      _ top: UnsafePointer<Float>, _ line: Int, _ step: Int, _ gradient: Vector, _ hasFirst: Bool,
      _ hasLast: Bool
    ) {
      let (middle, bottom) = (top + line, top + 2 &* line)
      if hasFirst {
        a.addProduct(Self.load(top), gradient)
        d.addProduct(Self.load(middle), gradient)
        g.addProduct(Self.load(bottom), gradient)
      }
      b.addProduct(Self.load(top + step), gradient)
      e.addProduct(Self.load(middle + step), gradient)
      h.addProduct(Self.load(bottom + step), gradient)
      if hasLast {
        c.addProduct(Self.load(top + 2 &* step), gradient)
        f.addProduct(Self.load(middle + 2 &* step), gradient)
        i.addProduct(Self.load(bottom + 2 &* step), gradient)
      }
    }

    /// Writes them back.
    @inline(__always)
    func store(_ to: UnsafeMutablePointer<Float>, _ step: Int) {
      func put(_ value: Vector, _ number: Int) {
        UnsafeMutableRawPointer(to + number &* step).storeBytes(of: value, as: Vector.self)
      }
      put(a, 0)
      put(b, 1)
      put(c, 2)
      put(d, 3)
      put(e, 4)
      put(f, 5)
      put(g, 6)
      put(h, 7)
      put(i, 8)
    }

    @inline(__always) private static func load(_ from: UnsafePointer<Float>) -> Vector {
      UnsafeRawPointer(from).loadUnaligned(as: Vector.self)
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

  /// Adds one output row to the sums of one channel.
  private func addChannel(
    _ channel: Int, _ rows: Range<Int>, _ top: UnsafePointer<Float>, _ line: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>
  ) {
    for ky in rows {
      for x in 0..<output.width {
        for kx in inside(x, input.width) {
          let at = (ky * input.width + x * stride - 1 + kx) * channels + channel
          result[(3 * ky + kx) * channels + channel].addProduct(
            top[at], line[x * channels + channel])
        }
      }
    }
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
}
