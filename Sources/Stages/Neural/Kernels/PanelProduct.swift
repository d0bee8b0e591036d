/// The product of rows and a kernel, to which every convolution is reduced.
///
/// Rows are not copied: each is read piece by piece, one per tap of the kernel, from where it is
/// stored (Dukhan 2019, "The indirect convolution algorithm"). Six rows by sixteen columns are
/// summed at a time in registers, in the order of the taps, at most `blockDepth` products before
/// they are added to memory. So the bits of a value depend neither on its row's place, nor on the
/// thread, nor on the other rows.
struct PanelProduct {
  /// The number of rows summed together.
  static let rows = 6
  /// The number of columns per panel.
  static let columns = 16
  /// The number of products summed before the sum is added to the result.
  private static let blockDepth = 768

  typealias Line = SIMD16<Float>
  /// The addresses of the pieces of rows: six for each tap of each group of six rows.
  typealias Sources = UnsafePointer<UnsafePointer<Float>>
  /// The address of each row of the result.
  typealias Targets = UnsafePointer<UnsafeMutablePointer<Float>>

  /// The number of pieces per row.
  let taps: Int
  /// The number of values per piece.
  let length: Int
  /// The number of values per row of the result.
  let columns: Int
  /// The kernel as packed by `pack`.
  let panels: UnsafePointer<Float>
  /// The operations applied to sums before they are stored.
  var finish: Finish?

  /// Operations applied to sums in registers.
  struct Finish {
    var epilogue = Epilogue()
    /// Added to each row.
    var bias: UnsafePointer<Float>?
    /// Values to add, and the start of the result, which has the same layout.
    var residual: (values: UnsafePointer<Float>, result: UnsafePointer<Float>)?
  }

  /// The number of panels for a number of columns.
  static func panels(_ columns: Int) -> Int { (columns + Self.columns - 1) / Self.columns }

  /// The number of floats of a packed kernel of `depth` rows.
  static func packedCount(depth: Int, columns: Int) -> Int {
    depth * panels(columns) * Self.columns
  }

  /// Packs a kernel as consecutive panels of sixteen columns, padded with zeros.
  ///
  /// `row` returns the start of a row of the kernel and the distance between its values.
  static func pack(
    depth: Int, columns: Int, into packed: UnsafeMutablePointer<Float>, _ pool: TilePool,
    row: (Int) -> (start: UnsafePointer<Float>, step: Int)
  ) {
    pool.run(depth, by: max(16, 16_384 / columns)) { range, _ in
      let rows = range.map(row)
      for panel in 0..<panels(columns) {
        let target = packed + (panel * depth + range.lowerBound) * Self.columns
        let first = panel * Self.columns
        pack(rows, first..<min(columns, first + Self.columns), into: target)
      }
    }
  }

  /// Packs one panel of some rows, whose columns are contiguous or, in a transposed kernel, whose
  /// values in one column are.
  private static func pack(
    _ rows: [(start: UnsafePointer<Float>, step: Int)], _ range: Range<Int>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let width = Self.columns
    if range.count == width, rows.allSatisfy({ $0.step == 1 }) {
      for (index, row) in rows.enumerated() {
        let line = UnsafeRawPointer(row.start + range.lowerBound).loadUnaligned(as: Line.self)
        UnsafeMutableRawPointer(target + index * width).storeBytes(of: line, as: Line.self)
      }
      return
    }
    if range.count == width, let (start, step) = rows.first,
      rows.enumerated().allSatisfy({ $1.start == start + $0 && $1.step == step })
    {
      let corner = start + range.lowerBound * step
      for index in rows.indices {
        put(column(corner + index, step), target + index * width)
      }
      return
    }
    for column in 0..<width {
      let from = range.lowerBound + column
      for (index, row) in rows.enumerated() {
        target[index * width + column] = column < range.count ? row.start[from * row.step] : 0
      }
    }
  }

  /// Sixteen values that are `step` floats apart.
  @inline(__always)
  private static func column(_ from: UnsafePointer<Float>, _ step: Int) -> Line {
    @inline(__always) func four(_ from: UnsafePointer<Float>) -> SIMD4<Float> {
      SIMD4(from[0], from[step], from[2 &* step], from[3 &* step])
    }
    let low = SIMD8(lowHalf: four(from), highHalf: four(from + 4 &* step))
    let high = SIMD8(lowHalf: four(from + 8 &* step), highHalf: four(from + 12 &* step))
    return Line(lowHalf: low, highHalf: high)
  }

  /// Computes some panels of some rows.
  ///
  /// `sources` covers whole groups; results beyond `rows` are discarded.
  func run(
    _ sources: Sources, rows: Int, _ targets: Targets, panels range: Range<Int>
  ) {
    // A block is a number of whole taps, or a part of one long tap.
    let parts = (length + Self.blockDepth - 1) / Self.blockDepth
    let partLength = (length + parts - 1) / parts
    let step = parts > 1 ? 1 : max(1, min(taps, Self.blockDepth / length))
    for panel in range {
      let base = panels + panel * taps * length * Self.columns
      for first in stride(from: 0, to: taps, by: step) {
        for offset in stride(from: 0, to: length, by: partLength) {
          let last = first + step >= taps && offset + partLength >= length
          let block = Block(
            first: first, taps: min(step, taps - first), offset: offset,
            length: min(partLength, length - offset),
            kernel: base + (first * length + offset) * Self.columns,
            isFirst: first == 0 && offset == 0, finish: last ? finish : nil)
          let column = panel * Self.columns
          if columns - column <= Self.columns / 2 {
            for row in stride(from: 0, to: rows, by: 2 * Self.rows) {
              narrowTile(
                block, sources + row * taps, targets + row, rows: min(2 * Self.rows, rows - row),
                column)
            }
          } else {
            tiles(block, sources, targets, rows: rows, column)
          }
        }
      }
    }
  }

  /// Computes some panels of rows that are a number of floats apart, for a kernel with one tap.
  func run(
    _ source: (start: UnsafePointer<Float>, stride: Int), rows: Int,
    _ target: (start: UnsafeMutablePointer<Float>, stride: Int), panels range: Range<Int>
  ) {
    let padded = (rows + Self.rows - 1) / Self.rows * Self.rows
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: padded) { sources in
      withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<Float>.self, capacity: rows
      ) { targets in
        guard let from = sources.baseAddress, let to = targets.baseAddress else { return }
        for row in 0..<padded {
          (from + row).initialize(to: source.start + min(row, rows - 1) * source.stride)
        }
        for row in 0..<rows { (to + row).initialize(to: target.start + row * target.stride) }
        run(from, rows: rows, to, panels: range)
      }
    }
  }

  /// The part of a product that is summed in registers at a time.
  private struct Block {
    let first: Int
    let taps: Int
    let offset: Int
    let length: Int
    let kernel: UnsafePointer<Float>
    let isFirst: Bool
    let finish: Finish?
  }

  /// Computes a panel of any number of rows.
  ///
  /// The loop is not in `run`, since a call for each tile takes as long as some of its products.
  @inline(never)
  private func tiles(
    _ block: Block, _ sources: Sources, _ targets: Targets, rows: Int, _ column: Int
  ) {
    for row in stride(from: 0, to: rows, by: Self.rows) {
      tile(
        block, sources + row * taps, targets + row, rows: min(Self.rows, rows - row), column)
    }
  }

  /// Computes a panel of at most six rows.
  @inline(__always)
  private func tile(
    _ block: Block, _ sources: Sources, _ targets: Targets, rows: Int, _ column: Int
  ) {
    var (a, b, c, d, e, f) = (Line.zero, Line.zero, Line.zero, Line.zero, Line.zero, Line.zero)
    var kernel = UnsafeRawPointer(block.kernel)
    var source = sources + block.first * Self.rows
    for _ in 0..<block.taps {
      let (ra, rb, rc) = (
        source[0] + block.offset, source[1] + block.offset, source[2] + block.offset
      )
      let (rd, re, rf) = (
        source[3] + block.offset, source[4] + block.offset, source[5] + block.offset
      )
      @inline(__always) func step(_ index: Int, _ line: Line) {
        a.addProduct(Line(repeating: ra[index]), line)
        b.addProduct(Line(repeating: rb[index]), line)
        c.addProduct(Line(repeating: rc[index]), line)
        d.addProduct(Line(repeating: rd[index]), line)
        e.addProduct(Line(repeating: re[index]), line)
        f.addProduct(Line(repeating: rf[index]), line)
      }
      // Two products per turn: the speed of a shorter loop depends on its address, and the compiler
      // does not keep the sums of a longer one in registers.
      let size = MemoryLayout<Line>.size
      var index = 0
      while index < block.length & ~1 {
        step(index, kernel.loadUnaligned(as: Line.self))
        step(index &+ 1, kernel.loadUnaligned(fromByteOffset: size, as: Line.self))
        kernel += 2 * size
        index &+= 2
      }
      if index < block.length {
        step(index, kernel.loadUnaligned(as: Line.self))
        kernel += size
      }
      source += Self.rows
    }
    let count = min(Self.columns, columns - column)
    guard rows == Self.rows, count == Self.columns else {
      store(block, a, targets[0] + column, column, count)
      if rows > 1 { store(block, b, targets[1] + column, column, count) }
      if rows > 2 { store(block, c, targets[2] + column, column, count) }
      if rows > 3 { store(block, d, targets[3] + column, column, count) }
      if rows > 4 { store(block, e, targets[4] + column, column, count) }
      if rows > 5 { store(block, f, targets[5] + column, column, count) }
      return
    }
    let (ta, tb, tc) = (targets[0] + column, targets[1] + column, targets[2] + column)
    let (td, te, tf) = (targets[3] + column, targets[4] + column, targets[5] + column)
    if !block.isFirst {
      a += Self.line(ta)
      b += Self.line(tb)
      c += Self.line(tc)
      d += Self.line(td)
      e += Self.line(te)
      f += Self.line(tf)
    }
    if let finish = block.finish {
      if let bias = finish.bias {
        let line = Self.line(bias + column)
        a += line
        b += line
        c += line
        d += line
        e += line
        f += line
      }
      if let residual = finish.residual {
        a += Self.line(residual.values + (UnsafePointer(ta) - residual.result))
        b += Self.line(residual.values + (UnsafePointer(tb) - residual.result))
        c += Self.line(residual.values + (UnsafePointer(tc) - residual.result))
        d += Self.line(residual.values + (UnsafePointer(td) - residual.result))
        e += Self.line(residual.values + (UnsafePointer(te) - residual.result))
        f += Self.line(residual.values + (UnsafePointer(tf) - residual.result))
      }
      if finish.epilogue != Epilogue() {
        let bounds = finish.epilogue.bounds
        Self.clip(&a, bounds)
        Self.clip(&b, bounds)
        Self.clip(&c, bounds)
        Self.clip(&d, bounds)
        Self.clip(&e, bounds)
        Self.clip(&f, bounds)
      }
    }
    Self.put(a, ta)
    Self.put(b, tb)
    Self.put(c, tc)
    Self.put(d, td)
    Self.put(e, te)
    Self.put(f, tf)
  }

  /// Computes a last panel of at most eight columns of two groups of rows.
  @inline(never)
  private func narrowTile(
    _ block: Block, _ sources: Sources, _ targets: Targets, rows: Int, _ column: Int
  ) {
    typealias Half = SIMD8<Float>
    var (a, b, c, d, e, f) = (Half.zero, Half.zero, Half.zero, Half.zero, Half.zero, Half.zero)
    var (g, h, i, j, k, l) = (Half.zero, Half.zero, Half.zero, Half.zero, Half.zero, Half.zero)
    var kernel = UnsafeRawPointer(block.kernel)
    var source = sources + block.first * Self.rows
    // The second group, or the first again.
    var other = source + (rows > Self.rows ? taps * Self.rows : 0)
    for _ in 0..<block.taps {
      let (ra, rb, rc) = (
        source[0] + block.offset, source[1] + block.offset, source[2] + block.offset
      )
      let (rd, re, rf) = (
        source[3] + block.offset, source[4] + block.offset, source[5] + block.offset
      )
      let (rg, rh, ri) = (
        other[0] + block.offset, other[1] + block.offset, other[2] + block.offset
      )
      let (rj, rk, rl) = (
        other[3] + block.offset, other[4] + block.offset, other[5] + block.offset
      )
      for index in 0..<block.length {
        let line = kernel.loadUnaligned(as: Half.self)
        a.addProduct(Half(repeating: ra[index]), line)
        b.addProduct(Half(repeating: rb[index]), line)
        c.addProduct(Half(repeating: rc[index]), line)
        d.addProduct(Half(repeating: rd[index]), line)
        e.addProduct(Half(repeating: re[index]), line)
        f.addProduct(Half(repeating: rf[index]), line)
        g.addProduct(Half(repeating: rg[index]), line)
        h.addProduct(Half(repeating: rh[index]), line)
        i.addProduct(Half(repeating: ri[index]), line)
        j.addProduct(Half(repeating: rj[index]), line)
        k.addProduct(Half(repeating: rk[index]), line)
        l.addProduct(Half(repeating: rl[index]), line)
        kernel += MemoryLayout<Line>.size
      }
      source += Self.rows
      other += Self.rows
    }
    let count = columns - column
    func store(_ half: Half, _ row: Int) {
      guard row < rows else { return }
      self.store(
        block, Line(lowHalf: half, highHalf: .zero), targets[row] + column, column, count)
    }
    store(a, 0)
    store(b, 1)
    store(c, 2)
    store(d, 3)
    store(e, 4)
    store(f, 5)
    store(g, 6)
    store(h, 7)
    store(i, 8)
    store(j, 9)
    store(k, 10)
    store(l, 11)
  }

  @inline(__always)
  private static func line(_ from: UnsafePointer<Float>) -> Line {
    UnsafeRawPointer(from).loadUnaligned(as: Line.self)
  }

  @inline(__always)
  private static func put(_ line: Line, _ to: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(to).storeBytes(of: line, as: Line.self)
  }

  @inline(__always)
  private static func clip(_ line: inout Line, _ bounds: (floor: Float, ceiling: Float)) {
    line.replace(with: bounds.floor, where: line .< bounds.floor)
    line.replace(with: bounds.ceiling, where: line .> bounds.ceiling)
  }

  @inline(__always)
  private func store(
    _ block: Block, _ line: Line, _ target: UnsafeMutablePointer<Float>, _ column: Int, _ count: Int
  ) {
    var line = line
    if !block.isFirst { line += Self.load(target, count) }
    if let finish = block.finish {
      if let bias = finish.bias { line += Self.load(bias + column, count) }
      if let residual = finish.residual {
        line += Self.load(residual.values + (UnsafePointer(target) - residual.result), count)
      }
      Self.clip(&line, finish.epilogue.bounds)
    }
    if count == Self.columns {
      Self.put(line, target)
    } else if count == 8 {
      UnsafeMutableRawPointer(target).storeBytes(of: line.lowHalf, as: SIMD8<Float>.self)
    } else {
      for index in 0..<count { target[index] = line[index] }
    }
  }

  /// Loads `count` values of a panel's columns; the rest are zero.
  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>, _ count: Int) -> Line {
    if count == columns { return line(from) }
    if count == 8 {
      let low = UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self)
      return Line(lowHalf: low, highHalf: .zero)
    }
    var line = Line.zero
    for index in 0..<count { line[index] = from[index] }
    return line
  }
}
