internal import CInstructions

/// The loops of a depthwise 3 x 3 convolution with padding 1, over one sample, H x W x C.
///
/// Eight channels of seven adjacent outputs are computed together, so that each column is loaded once for
/// the three outputs that read it, and seven sums hide the latency of a multiply-add. Outputs or channels
/// that are too few for a whole group are computed together with some that are done.
struct DepthwiseKernel {
  let input: Shape
  let output: Shape
  /// 1 or 2.
  let stride: Int
  /// 3 x 3 x C.
  let weights: UnsafePointer<Float>

  /// Operations applied to sums before they are stored: a bias per channel, and bounds.
  let finish: (bias: UnsafePointer<Float>, epilogue: Epilogue)?

  /// Whether the rows that only the next row of the output needs are asked for: it takes time
  /// where they are in a near cache already.
  var asksAhead = true

  typealias Vector = SIMD8<Float>
  /// The channels that are computed together.
  private static let lanes = Vector.scalarCount
  /// The outputs of a row that are computed together.
  private static let together = 7
  var channels: Int { input.channels }

  init(
    input: Shape, output: Shape, stride: Int, weights: UnsafePointer<Float>,
    finish: (bias: UnsafePointer<Float>, epilogue: Epilogue)? = nil
  ) {
    precondition(stride == 1 || stride == 2)
    (self.input, self.output, self.stride) = (input, output, stride)
    (self.weights, self.finish) = (weights, finish)
  }

  /// The kernel's rows or columns that lie inside the image at an output position.
  func inside(_ position: Int, _ extent: Int) -> Range<Int> {
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
    let last = output.width - Self.together
    guard channels >= Self.lanes, last >= 0 else {
      return forwardNarrow(top, rows, target)
    }
    for x in Swift.stride(from: 0, to: output.width, by: Self.together) {
      let first = min(x, last)
      let corner = top + (first * stride - 1) * channels
      let hasFirst = first > 0
      let hasLast = (first + Self.together - 1) * stride + 1 < input.width
      if hasFirst, hasLast {
        forwardInside(corner, rows, target + first * channels)
      } else {
        forwardEdge(corner, rows, hasFirst, hasLast, target + first * channels)
      }
    }
  }

  /// Computes seven adjacent outputs of a row, whose windows lie inside the columns.
  @inline(never)
  private func forwardInside(
    _ corner: UnsafePointer<Float>, _ rows: Range<Int>, _ target: UnsafeMutablePointer<Float>
  ) {
    if stride == 1 {
      forwardSeven(corner, rows, target) { sums, source, weight, step in
        sums.add(source, weight, step, true, true)
      }
    } else {
      forwardSeven(corner, rows, target) { sums, source, weight, step in
        sums.addApart(source, weight, step, true, true)
      }
    }
  }

  /// The same for outputs without the first column of the first window, the last of the last, or both.
  @inline(never)
  private func forwardEdge(
    _ corner: UnsafePointer<Float>, _ rows: Range<Int>, _ hasFirst: Bool, _ hasLast: Bool,
    _ target: UnsafeMutablePointer<Float>
  ) {
    if stride == 1 {
      forwardSeven(corner, rows, target) { sums, source, weight, step in
        sums.add(source, weight, step, hasFirst, hasLast)
      }
    } else {
      forwardSeven(corner, rows, target) { sums, source, weight, step in
        sums.addApart(source, weight, step, hasFirst, hasLast)
      }
    }
  }

  /// Computes seven adjacent outputs of a row; `add` adds the products of one row of the kernel.
  @inline(__always)
  private func forwardSeven(
    _ corner: UnsafePointer<Float>, _ rows: Range<Int>, _ target: UnsafeMutablePointer<Float>,
    _ add: (inout SevenSums, UnsafeRawPointer, UnsafeRawPointer, Int) -> Void
  ) {
    let channels = channels
    // Distances in bytes.
    let (step, line) = (channels &* 4, input.width &* channels &* 4)
    let corner = UnsafeRawPointer(corner) + rows.lowerBound &* line
    let weights = UnsafeRawPointer(weights) + 3 &* rows.lowerBound &* step
    var channel = 0
    while channel < channels {
      let first = min(channel, channels &- Self.lanes)
      var (source, weight) = (corner + first &* 4, weights + first &* 4)
      // Sixteen channels are a line of the caches.
      if asksAhead, channel % 16 == 0 { askAhead(source + rows.count &* line, step, line) }
      var sums = SevenSums()
      for _ in rows {
        add(&sums, source, weight, step)
        source += line
        weight += 3 &* step
      }
      let target = target + first
      store(sums.a, first, target)
      store(sums.b, first, target + channels)
      store(sums.c, first, target + 2 &* channels)
      store(sums.d, first, target + 3 &* channels)
      store(sums.e, first, target + 4 &* channels)
      store(sums.f, first, target + 5 &* channels)
      store(sums.g, first, target + 6 &* channels)
      channel &+= Self.lanes
    }
  }

  /// Asks for what seven outputs of the next row need, except for the rows that this row needs too and
  /// the columns that the outputs before need.
  @inline(__always)
  private func askAhead(_ row: UnsafeRawPointer, _ step: Int, _ line: Int) {
    askForSeven(row + step, step)
    guard stride == 2 else { return }
    askForSeven(row + 8 &* step, step)
    askForSeven(row + line + step, step)
    askForSeven(row + line + 8 &* step, step)
  }

  @inline(__always)
  private func askForSeven(_ column: UnsafeRawPointer, _ step: Int) {
    for number in 0..<Self.together { cprefetch(column + number &* step) }
  }

  /// The sums of eight channels of seven adjacent outputs.
  private struct SevenSums {
    var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (e, f, g) = (Vector.zero, Vector.zero, Vector.zero)

    /// Adds the products of one row of the kernel at stride 1; columns are `step` bytes apart.
    @inline(__always)
    mutating func add(
      _ source: UnsafeRawPointer, _ weight: UnsafeRawPointer, _ step: Int, _ hasFirst: Bool,
      _ hasLast: Bool
    ) {
      let (u, v, w) = (load(weight), load(weight + step), load(weight + 2 &* step))
      if hasFirst { a.addProduct(load(source), u) }
      let c1 = load(source + step)
      a.addProduct(c1, v)
      b.addProduct(c1, u)
      let c2 = load(source + 2 &* step)
      a.addProduct(c2, w)
      b.addProduct(c2, v)
      c.addProduct(c2, u)
      let c3 = load(source + 3 &* step)
      b.addProduct(c3, w)
      c.addProduct(c3, v)
      d.addProduct(c3, u)
      let c4 = load(source + 4 &* step)
      c.addProduct(c4, w)
      d.addProduct(c4, v)
      e.addProduct(c4, u)
      let c5 = load(source + 5 &* step)
      d.addProduct(c5, w)
      e.addProduct(c5, v)
      f.addProduct(c5, u)
      let c6 = load(source + 6 &* step)
      e.addProduct(c6, w)
      f.addProduct(c6, v)
      g.addProduct(c6, u)
      let c7 = load(source + 7 &* step)
      f.addProduct(c7, w)
      g.addProduct(c7, v)
      if hasLast { g.addProduct(load(source + 8 &* step), w) }
    }

    /// The same at stride 2.
    @inline(__always)
    mutating func addApart(
      _ source: UnsafeRawPointer, _ weight: UnsafeRawPointer, _ step: Int, _ hasFirst: Bool,
      _ hasLast: Bool
    ) {
      let (u, v, w) = (load(weight), load(weight + step), load(weight + 2 &* step))
      if hasFirst { a.addProduct(load(source), u) }
      a.addProduct(load(source + step), v)
      let c2 = load(source + 2 &* step)
      a.addProduct(c2, w)
      b.addProduct(c2, u)
      b.addProduct(load(source + 3 &* step), v)
      let c4 = load(source + 4 &* step)
      b.addProduct(c4, w)
      c.addProduct(c4, u)
      c.addProduct(load(source + 5 &* step), v)
      let c6 = load(source + 6 &* step)
      c.addProduct(c6, w)
      d.addProduct(c6, u)
      d.addProduct(load(source + 7 &* step), v)
      let c8 = load(source + 8 &* step)
      d.addProduct(c8, w)
      e.addProduct(c8, u)
      e.addProduct(load(source + 9 &* step), v)
      let c10 = load(source + 10 &* step)
      e.addProduct(c10, w)
      f.addProduct(c10, u)
      f.addProduct(load(source + 11 &* step), v)
      let c12 = load(source + 12 &* step)
      f.addProduct(c12, w)
      g.addProduct(c12, u)
      g.addProduct(load(source + 13 &* step), v)
      if hasLast { g.addProduct(load(source + 14 &* step), w) }
    }

    @inline(__always) private func load(_ from: UnsafeRawPointer) -> Vector {
      from.loadUnaligned(as: Vector.self)
    }
  }

  /// Stores the sums of eight channels of an output.
  @inline(__always)
  private func store(_ sum: Vector, _ channel: Int, _ target: UnsafeMutablePointer<Float>) {
    guard let finish else { return store(sum, target) }
    let (floor, ceiling) = finish.epilogue.bounds
    store(
      cclip(
        sum + load(finish.bias + channel), Vector(repeating: floor), Vector(repeating: ceiling)),
      target)
  }

  /// Computes one row of the output, each output and, if they are fewer than eight, each channel by itself.
  private func forwardNarrow(
    _ top: UnsafePointer<Float>, _ rows: Range<Int>, _ target: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<output.width {
      let columns = inside(x, input.width)
      let (corner, target) = (top + (x * stride - 1) * channels, target + x * channels)
      guard channels >= Self.lanes else {
        for channel in 0..<channels {
          target[channel] = single(corner + channel, rows, columns, channel)
        }
        continue
      }
      var channel = 0
      while channel < channels {
        let first = min(channel, channels &- Self.lanes)
        var sum = Vector.zero
        for ky in rows {
          for kx in columns {
            sum.addProduct(
              load(corner + ((ky &* input.width &+ kx) &* channels &+ first)),
              load(weights + ((3 &* ky &+ kx) &* channels &+ first)))
          }
        }
        store(sum, first, target + first)
        channel &+= Self.lanes
      }
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

  @inline(__always) func load(_ from: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(from).loadUnaligned(as: Vector.self)
  }

  @inline(__always) func store(_ value: Vector, _ to: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(to).storeBytes(of: value, as: Vector.self)
  }
}
