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

  /// Packs one panel of some rows, whose columns are usually contiguous.
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
    for column in 0..<width {
      let from = range.lowerBound + column
      for (index, row) in rows.enumerated() {
        target[index * width + column] = column < range.count ? row.start[from * row.step] : 0
      }
    }
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
          for row in stride(from: 0, to: rows, by: Self.rows) {
            tile(
              block, sources + row * taps, targets + row, rows: min(Self.rows, rows - row),
              panel * Self.columns)
          }
        }
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

  @inline(never)
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
      for index in 0..<block.length {
        let line = kernel.loadUnaligned(as: Line.self)
        a.addProduct(Line(repeating: ra[index]), line)
        b.addProduct(Line(repeating: rb[index]), line)
        c.addProduct(Line(repeating: rc[index]), line)
        d.addProduct(Line(repeating: rd[index]), line)
        e.addProduct(Line(repeating: re[index]), line)
        f.addProduct(Line(repeating: rf[index]), line)
        kernel += MemoryLayout<Line>.size
      }
      source += Self.rows
    }
    let count = min(Self.columns, columns - column)
    store(block, a, targets[0] + column, column, count)
    if rows > 1 { store(block, b, targets[1] + column, column, count) }
    if rows > 2 { store(block, c, targets[2] + column, column, count) }
    if rows > 3 { store(block, d, targets[3] + column, column, count) }
    if rows > 4 { store(block, e, targets[4] + column, column, count) }
    if rows > 5 { store(block, f, targets[5] + column, column, count) }
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
      let (floor, ceiling) = finish.epilogue.bounds
      line.replace(with: floor, where: line .< floor)
      line.replace(with: ceiling, where: line .> ceiling)
    }
    if count == Self.columns {
      UnsafeMutableRawPointer(target).storeBytes(of: line, as: Line.self)
    } else {
      for index in 0..<count { target[index] = line[index] }
    }
  }

  /// Loads `count` values of a panel's columns; the rest are zero.
  @inline(__always)
  private static func load(_ from: UnsafePointer<Float>, _ count: Int) -> Line {
    if count == columns { return UnsafeRawPointer(from).loadUnaligned(as: Line.self) }
    var line = Line.zero
    for index in 0..<count { line[index] = from[index] }
    return line
  }
}
