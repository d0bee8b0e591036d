/// The addresses of the pieces of patches: for each position of a lattice and each tap of a kernel,
/// an address in the source, or that of zeros if the tap lies outside it.
struct PatchWalk {
  /// The offset of a tap from its position.
  struct Tap {
    let row: Int
    let column: Int
  }

  /// The shape of one sample of the source.
  let source: Shape
  /// The distance between positions of the source, in floats.
  let stride: Int
  /// The rows and columns of the lattice, per sample.
  let lattice: Extent
  /// The distance between neighbours of the lattice, in positions of the source.
  let step: Int
  let taps: [Tap]

  /// The number of positions per sample.
  var positions: Int { lattice.rows * lattice.columns }

  /// The number of addresses that `fill` writes for a number of rows.
  func count(_ rows: Int) -> Int {
    (rows + PanelProduct.rows - 1) / PanelProduct.rows * PanelProduct.rows * taps.count
  }

  /// Whether each position reads itself alone.
  private var isPlain: Bool {
    taps.count == 1 && taps[0].row == 0 && taps[0].column == 0 && step == 1
      && (lattice.rows, lattice.columns) == (source.height, source.width)
  }

  /// The rows and columns of the lattice whose taps all lie inside the source.
  private var inside: (rows: Range<Int>, columns: Range<Int>) {
    func range(_ taps: [Int], _ extent: Int, _ count: Int) -> Range<Int> {
      let first = max(0, (step - 1 - (taps.min() ?? 0)) / step)
      let last = extent - 1 - (taps.max() ?? 0)
      let end = last < 0 ? 0 : min(count, last / step + 1)
      return first..<max(first, end)
    }
    return (
      range(taps.map(\.row), source.height, lattice.rows),
      range(taps.map(\.column), source.width, lattice.columns)
    )
  }

  /// Writes the addresses for some positions, counted over all samples, in `PanelProduct`'s layout.
  ///
  /// An incomplete last group is filled up with its last row.
  func fill(
    _ rows: Range<Int>, of input: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    into table: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    let (lanes, count) = (PanelProduct.rows, taps.count)
    if isPlain {
      for index in 0..<self.count(rows.count) {
        table[index] = input + min(rows.lowerBound + index, rows.upperBound - 1) * stride
      }
      return
    }
    var (sample, at) = rows.lowerBound.quotientAndRemainder(dividingBy: positions)
    var (y, x) = at.quotientAndRemainder(dividingBy: lattice.columns)
    let inside = inside
    let deltas = taps.map { ($0.row * source.width + $0.column) * stride }
    for index in 0..<rows.count {
      let (group, lane) = index.quotientAndRemainder(dividingBy: lanes)
      let target = table + group * lanes * count + lane
      let start = input + ((sample * source.height + y * step) * source.width + x * step) * stride
      if inside.rows.contains(y), inside.columns.contains(x) {
        for tap in 0..<count { target[tap * lanes] = start + deltas[tap] }
      } else {
        for tap in 0..<count {
          let (row, column) = (y * step + taps[tap].row, x * step + taps[tap].column)
          let isInside = row >= 0 && row < source.height && column >= 0 && column < source.width
          target[tap * lanes] = isInside ? start + deltas[tap] : zeros
        }
      }
      x += 1
      if x == lattice.columns { (x, y) = (0, y + 1) }
      if y == lattice.rows { (y, sample) = (0, sample + 1) }
    }
    at = rows.count % lanes
    guard at > 0 else { return }
    let group = table + (rows.count - at) * count
    for tap in 0..<count {
      for lane in at..<lanes { group[tap * lanes + lane] = group[tap * lanes + at - 1] }
    }
  }
}
