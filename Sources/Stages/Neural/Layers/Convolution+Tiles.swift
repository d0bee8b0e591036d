extension Convolution {
  typealias Table = UnsafeMutablePointer<UnsafePointer<Float>>

  /// Multiplies `count` rows by a kernel, tile by tile and some panels at a time.
  ///
  /// `sources` writes the addresses of the pieces of some rows, never of more than `tileRows`, for
  /// whose patches it has room; `target` returns the address of a row of the result.
  static func multiply(
    _ product: PanelProduct, count: Int, by tileRows: Int, _ pool: TilePool,
    sources: (_ rows: Range<Int>, _ worker: Int, _ table: Table) -> Void,
    target: (_ row: Int) -> UnsafeMutablePointer<Float>
  ) {
    let panels = PanelProduct.panels(product.columns)
    let (tileRows, panelsTogether) = shares(
      rows: count, by: tileRows, panels: panels, threads: pool.threads)
    let groups = (panels + panelsTogether - 1) / panelsTogether
    let tiles = (count + tileRows - 1) / tileRows
    pool.run(tiles * groups) { job, worker in
      let (tile, group) = job.quotientAndRemainder(dividingBy: groups)
      let rows = tile * tileRows..<min(count, (tile + 1) * tileRows)
      let range = group * panelsTogether..<min(panels, (group + 1) * panelsTogether)
      withTable(tileRows * product.taps) { table in
        sources(rows, worker, table)
        withUnsafeTemporaryAllocation(
          of: UnsafeMutablePointer<Float>.self, capacity: rows.count
        ) { targets in
          guard let start = targets.baseAddress else { return }
          for (index, row) in rows.enumerated() { (start + index).initialize(to: target(row)) }
          product.run(table, rows: rows.count, start, panels: range)
        }
      }
    }
  }

  /// The number of rows and of panels per piece of work: as many as stay in cache, but several pieces
  /// for each thread, so that none waits long for the last.
  private static func shares(
    rows: Int, by tileRows: Int, panels: Int, threads: Int
  ) -> (rows: Int, panels: Int) {
    var (tile, together) = (tileRows, min(panels, panelsTogether))
    guard threads > 1 else { return (tile, together) }
    func pieces() -> Int {
      ((rows + tile - 1) / tile) * ((panels + together - 1) / together)
    }
    while pieces() < 4 * threads, together > 1 { together = (together + 1) / 2 }
    while pieces() < 4 * threads, min(tile, rows) >= 4 * PanelProduct.rows {
      tile = min(tile, rows) / 2 / PanelProduct.rows * PanelProduct.rows
    }
    return (tile, together)
  }

  /// Computes some positions of a pointwise convolution, counted over all samples, into rows that
  /// are `stride` floats apart, with the weights that were prepared.
  func multiplyRows(
    _ pass: LayerPass, _ first: Int, count: Int, into target: UnsafeMutablePointer<Float>,
    _ stride: Int
  ) {
    multiplyRows(
      pass, from: (UnsafePointer(pass.input + first * pass.inputStride), pass.inputStride),
      count: count, into: target, stride)
  }

  /// The same of rows at an address, which are some floats apart.
  func multiplyRows(
    _ pass: LayerPass, from source: (start: UnsafePointer<Float>, stride: Int), count: Int,
    into target: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    // A band may need no row beyond those that the band before left.
    guard count > 0, let prepared = pass.prepared else { return }
    let product = PanelProduct(
      taps: 1, length: inputs, columns: outputs, panels: prepared, finish: finish(pass))
    // Tiles of about the same size, since each reads the whole kernel; a quarter more rows than
    // usual still stay in cache.
    let most = tileRows * 5 / 4
    let tiles = (count + most - 1) / most
    let groups = (count + PanelProduct.rows - 1) / PanelProduct.rows
    let together = (groups + tiles - 1) / tiles * PanelProduct.rows
    for first in Swift.stride(from: 0, to: count, by: together) {
      let rows = min(together, count - first)
      product.run(
        (source.start + first * source.stride, source.stride), rows: rows,
        (target + first * stride, stride), panels: 0..<PanelProduct.panels(outputs))
    }
  }

  /// Calls `body` with room for `count` addresses.
  static func withTable(_ count: Int, _ body: (Table) -> Void) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: count) { table in
      if let start = table.baseAddress { body(start) }
    }
  }

  // The contents of a thread's scratch: zeros for taps outside the image, a panel of gradients,
  // patches.
  private var zeroCount: Int { max(inputs, outputs) }
  private static let panelCount = OuterProduct.rows * PanelProduct.columns

  func scratchCount(_ input: Shape) -> Int {
    max(
      zeroCount + Self.panelCount + (laysOut ? max(tileRows, OuterProduct.rows) * depth : 0),
      winogradScratchCount(input))
  }

  /// Zeros, as many as a tap can read.
  func zeros(_ pass: LayerPass, _ worker: Int) -> UnsafePointer<Float> {
    let zeros = pass.scratch(of: worker)
    zeros.update(repeating: 0, count: zeroCount)
    return UnsafePointer(zeros)
  }

  /// Room for a panel of gradients.
  func panel(_ pass: LayerPass, _ worker: Int) -> UnsafeMutablePointer<Float> {
    pass.scratch(of: worker) + zeroCount
  }

  /// Writes the addresses of the pieces of some output positions' patches, copying the patches into
  /// rows first if necessary.
  func locate(
    _ rows: Range<Int>, _ pass: LayerPass, _ walk: PatchWalk, _ worker: Int, _ table: Table
  ) {
    guard laysOut else {
      return walk.fill(rows, of: pass.input, zeros: zeros(pass, worker), into: table)
    }
    let patches = panel(pass, worker) + Self.panelCount
    for (index, row) in rows.enumerated() { layOut(row, pass, into: patches + index * depth) }
    let lanes = PanelProduct.rows
    for index in 0..<(rows.count + lanes - 1) / lanes * lanes {
      table[index] = UnsafePointer(patches + min(index, rows.count - 1) * depth)
    }
  }

  /// Writes the addresses of the lines of some output positions' patches: in the image or, at its
  /// edges, in a copy with zeros around.
  func locateLines(_ rows: Range<Int>, _ pass: LayerPass, _ worker: Int, _ table: Table) {
    let (shape, output) = (pass.inputShape, pass.outputShape)
    let (lanes, lines, length) = (PanelProduct.rows, kernel.rows, lineLength)
    let patches = panel(pass, worker) + Self.panelCount
    let (sample, at) = rows.lowerBound.quotientAndRemainder(dividingBy: output.positions)
    var (y, x) = at.quotientAndRemainder(dividingBy: output.width)
    var image = UnsafePointer(pass.input + sample * shape.count)
    let padded = (rows.count + lanes - 1) / lanes * lanes
    for index in 0..<padded {
      let (group, lane) = index.quotientAndRemainder(dividingBy: lanes)
      let target = table + group * lanes * lines + lane
      if index >= rows.count {
        // An incomplete last group is filled up with its last row.
        for line in 0..<lines { target[line * lanes] = target[line * lanes - 1] }
        continue
      }
      let (top, left) = (y * stride - padding.rows, x * stride - padding.columns)
      if top >= 0, left >= 0, top + lines <= shape.height, left + kernel.columns <= shape.width {
        let corner = image + (top * shape.width + left) * inputs
        for line in 0..<lines { target[line * lanes] = corner + line * shape.width * inputs }
      } else {
        let patch = patches + index * depth
        layOut(rows.lowerBound + index, pass, into: patch)
        for line in 0..<lines { target[line * lanes] = UnsafePointer(patch + line * length) }
      }
      x += 1
      if x == output.width { (x, y) = (0, y + 1) }
      if y == output.height { (y, image) = (0, image + shape.count) }
    }
  }

  /// Copies one patch into a row.
  private func layOut(_ row: Int, _ pass: LayerPass, into patch: UnsafeMutablePointer<Float>) {
    let (shape, run) = (pass.inputShape, kernel.columns * inputs)
    let (sample, at) = row.quotientAndRemainder(dividingBy: pass.outputShape.positions)
    let (y, x) = at.quotientAndRemainder(dividingBy: pass.outputShape.width)
    let (top, left) = (y * stride - padding.rows, x * stride - padding.columns)
    let low = min(kernel.columns, max(0, -left))
    let high = max(low, min(kernel.columns, shape.width - left))
    var target = patch
    for line in top..<top + kernel.rows {
      if line < 0 || line >= shape.height || low == high {
        target.update(repeating: 0, count: run)
      } else {
        let source = pass.input + ((sample * shape.height + line) * shape.width + left) * inputs
        for index in 0..<low * inputs { target[index] = 0 }
        for index in low * inputs..<high * inputs { target[index] = source[index] }
        for index in high * inputs..<run { target[index] = 0 }
      }
      target += run
    }
  }
}
