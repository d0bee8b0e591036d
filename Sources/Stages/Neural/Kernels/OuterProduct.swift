/// The gradient of a convolution's kernel: for each tap the sum over rows of what the kernel read times
/// the gradient of what came out.
///
/// Six inputs by sixteen outputs are summed at a time in registers, over up to `rows` rows.
struct OuterProduct {
  /// Rows summed before the sum is added to the result.
  static let rows = 252
  /// Inputs summed together.
  static let inputs = 6

  typealias Line = PanelProduct.Line

  /// Numbers a tap.
  let length: Int
  /// Numbers a row of the output's gradient.
  let columns: Int

  /// Adds some panels of the products of some rows to `sum`, taps x length x columns.
  ///
  /// `sources` has for each group of six rows, for each tap, six addresses, as in `PanelProduct`.
  /// `slope` is the gradient, rows x columns, rows `apart` numbers apart; `packed` is room for one panel
  /// of it.
  func add(
    _ sources: PanelProduct.Sources, taps: Int, rows: Int, _ slope: UnsafePointer<Float>,
    _ apart: Int, packed: UnsafeMutablePointer<Float>, panels: Range<Int>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    let width = PanelProduct.columns
    for column in panels.lazy.map({ $0 * width }) {
      let count = min(width, columns - column)
      pack(slope + column, apart, rows, count, into: packed)
      for tap in 0..<taps {
        let start = sources + tap * PanelProduct.rows
        guard length >= Self.inputs else {
          addFew(
            start, taps * PanelProduct.rows, rows, packed,
            to: sum + tap * length * columns + column, count)
          continue
        }
        for input in stride(from: 0, to: length, by: Self.inputs) {
          // The last six overlap with those before them; what was summed already is not stored again.
          let first = min(input, length - Self.inputs)
          tile(
            start, taps * PanelProduct.rows, first, rows, packed,
            to: sum + (tap * length + first) * columns + column, count, skip: input - first)
        }
      }
    }
  }

  /// One panel of the gradient, row behind row.
  private func pack(
    _ slope: UnsafePointer<Float>, _ apart: Int, _ rows: Int, _ count: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (from, to) = (slope + row * apart, packed + row * PanelProduct.columns)
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
    _ slope: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ count: Int, skip: Int
  ) {
    var (a, b, c, d, e, f) = (Line.zero, Line.zero, Line.zero, Line.zero, Line.zero, Line.zero)
    var slope = UnsafeRawPointer(slope)
    var group = sources
    var left = rows
    while left > 0 {
      for row in 0..<min(PanelProduct.rows, left) {
        let x = group[row] + input
        let line = slope.loadUnaligned(as: Line.self)
        a.addProduct(Line(repeating: x[0]), line)
        b.addProduct(Line(repeating: x[1]), line)
        c.addProduct(Line(repeating: x[2]), line)
        d.addProduct(Line(repeating: x[3]), line)
        e.addProduct(Line(repeating: x[4]), line)
        f.addProduct(Line(repeating: x[5]), line)
        slope += MemoryLayout<Line>.size
      }
      left -= PanelProduct.rows
      group += step
    }
    if skip < 1 { add(a, to: sum, count) }
    if skip < 2 { add(b, to: sum + columns, count) }
    if skip < 3 { add(c, to: sum + 2 * columns, count) }
    if skip < 4 { add(d, to: sum + 3 * columns, count) }
    if skip < 5 { add(e, to: sum + 4 * columns, count) }
    add(f, to: sum + 5 * columns, count)
  }

  /// The same for taps of fewer numbers, one by one.
  private func addFew(
    _ sources: PanelProduct.Sources, _ step: Int, _ rows: Int, _ slope: UnsafePointer<Float>,
    to sum: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for input in 0..<length {
      var line = Line.zero
      for row in 0..<rows {
        let (group, lane) = row.quotientAndRemainder(dividingBy: PanelProduct.rows)
        let x = sources[group * step + lane][input]
        let dy = UnsafeRawPointer(slope + row * PanelProduct.columns)
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
