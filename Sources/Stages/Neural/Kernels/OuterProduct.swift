/// The gradient of a convolution's kernel: for each tap, the sum over rows of the kernel's input
/// times the gradient of the output.
///
/// Six inputs by sixteen outputs are summed at a time in registers, over up to `rows` rows.
struct OuterProduct {
  /// The number of rows summed before the sum is added to the result.
  static let rows = 252
  /// The number of inputs summed together.
  static let inputs = 6

  typealias Line = PanelProduct.Line

  /// The number of values per tap.
  let length: Int
  /// The number of values per row of the output's gradient.
  let columns: Int

  /// Adds some panels of the products of some rows to `sum`, taps x length x columns.
  ///
  /// `sources` contains six addresses for each tap of each group of six rows, as in `PanelProduct`.
  /// `outputGradient` is the gradient, rows x columns, with rows `apart` floats apart; `packed` has room for
  /// one panel of it.
  func add(
    _ sources: PanelProduct.Sources, taps: Int, rows: Int, _ outputGradient: UnsafePointer<Float>,
    _ apart: Int, packed: UnsafeMutablePointer<Float>, panels: Range<Int>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    let width = PanelProduct.columns
    for column in panels.lazy.map({ $0 * width }) {
      let count = min(width, columns - column)
      pack(outputGradient + column, apart, rows, count, into: packed)
      for tap in 0..<taps {
        let start = sources + tap * PanelProduct.rows
        guard length >= Self.inputs else {
          addFew(
            start, taps * PanelProduct.rows, rows, packed,
            to: sum + tap * length * columns + column, count)
          continue
        }
        for input in stride(from: 0, to: length, by: Self.inputs) {
          // The last six overlap with those before them; sums already stored are skipped.
          let first = min(input, length - Self.inputs)
          tile(
            start, taps * PanelProduct.rows, first, rows, packed,
            to: sum + (tap * length + first) * columns + column, count, skip: input - first)
        }
      }
    }
  }

  /// Copies one panel of the gradient, row by row.
  private func pack(
    _ outputGradient: UnsafePointer<Float>, _ apart: Int, _ rows: Int, _ count: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (from, to) = (outputGradient + row * apart, packed + row * PanelProduct.columns)
      if count == PanelProduct.columns {
        UnsafeMutableRawPointer(to).storeBytes(
          of: UnsafeRawPointer(from).loadUnaligned(as: Line.self), as: Line.self)
      } else {
        for index in 0..<count { to[index] = from[index] }
        for index in count..<PanelProduct.columns { to[index] = 0 }
      }
    }
  }

  @inline(never)
  private func tile(
    _ sources: PanelProduct.Sources, _ step: Int, _ input: Int, _ rows: Int,
    _ outputGradient: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ count: Int,
    skip: Int
  ) {
    var (a, b, c, d, e, f) = (Line.zero, Line.zero, Line.zero, Line.zero, Line.zero, Line.zero)
    var outputGradient = UnsafeRawPointer(outputGradient)
    var group = sources
    var left = rows
    @inline(__always) func add(_ x: UnsafePointer<Float>, _ line: Line) {
      a.addProduct(Line(repeating: x[0]), line)
      b.addProduct(Line(repeating: x[1]), line)
      c.addProduct(Line(repeating: x[2]), line)
      d.addProduct(Line(repeating: x[3]), line)
      e.addProduct(Line(repeating: x[4]), line)
      f.addProduct(Line(repeating: x[5]), line)
    }
    let size = MemoryLayout<Line>.size
    while left > 0 {
      // Two rows per turn, as in `PanelProduct`.
      let count = min(PanelProduct.rows, left)
      var row = 0
      while row < count & ~1 {
        add(group[row] + input, outputGradient.loadUnaligned(as: Line.self))
        let second = outputGradient.loadUnaligned(fromByteOffset: size, as: Line.self)
        add(group[row &+ 1] + input, second)
        outputGradient += 2 * size
        row &+= 2
      }
      if row < count {
        add(group[row] + input, outputGradient.loadUnaligned(as: Line.self))
        outputGradient += size
      }
      left -= PanelProduct.rows
      group += step
    }
    if skip < 1 { self.add(a, to: sum, count) }
    if skip < 2 { self.add(b, to: sum + columns, count) }
    if skip < 3 { self.add(c, to: sum + 2 * columns, count) }
    if skip < 4 { self.add(d, to: sum + 3 * columns, count) }
    if skip < 5 { self.add(e, to: sum + 4 * columns, count) }
    self.add(f, to: sum + 5 * columns, count)
  }

  /// The same for taps of fewer than six values, one value at a time.
  private func addFew(
    _ sources: PanelProduct.Sources, _ step: Int, _ rows: Int,
    _ outputGradient: UnsafePointer<Float>,
    to sum: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for input in 0..<length {
      var line = Line.zero
      for row in 0..<rows {
        let (group, lane) = row.quotientAndRemainder(dividingBy: PanelProduct.rows)
        let x = sources[group * step + lane][input]
        let dy = UnsafeRawPointer(outputGradient + row * PanelProduct.columns)
        line.addProduct(Line(repeating: x), dy.loadUnaligned(as: Line.self))
      }
      add(line, to: sum + input * columns, count)
    }
  }

  @inline(__always)
  private func add(_ line: Line, to sum: UnsafeMutablePointer<Float>, _ count: Int) {
    if count == PanelProduct.columns {
      let raw = UnsafeMutableRawPointer(sum)
      raw.storeBytes(of: raw.loadUnaligned(as: Line.self) + line, as: Line.self)
    } else {
      for index in 0..<count { sum[index] += line[index] }
    }
  }
}
