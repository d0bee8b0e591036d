/// Where the pieces of patches lie: for each position of a lattice and each tap of a kernel an address
/// in the source, or that of zeros where the tap lies outside of it.
struct PatchWalk {
  /// What a tap adds to the position it is counted from.
  struct Tap {
    let row: Int
    let column: Int
  }

  /// A sample of the source.
  let source: Shape
  /// How many numbers its positions lie apart.
  let stride: Int
  /// The lattice: so many rows and columns a sample.
  let lattice: Extent
  /// By how many positions of the source two neighbours of the lattice are apart.
  let step: Int
  let taps: [Tap]

  /// Positions a sample.
  var positions: Int { lattice.rows * lattice.columns }

  /// Addresses that `fill` writes for so many rows.
  func count(_ rows: Int) -> Int {
    (rows + PanelProduct.rows - 1) / PanelProduct.rows * PanelProduct.rows * taps.count
  }

  /// The rows and columns of the lattice all of whose taps lie inside of the source.
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

  /// Writes the addresses of some positions' pieces, counted through all samples, as `PanelProduct`
  /// reads them; a last group that is not full is filled up with its last row.
  func fill(
    _ rows: Range<Int>, of input: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    into table: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    let (lanes, count) = (PanelProduct.rows, taps.count)
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
