/// Nodes that inference runs together, some rows at a time, so that what is between them never
/// leaves a core's cache: a pointwise convolution that widens, or none; a depthwise one; and a
/// pointwise one.
///
/// Every value is the same sum as when the nodes run one after the other.
struct SeparableChain: Sendable {
  /// The convolution that widens.
  let expansion: (node: Int, layer: Convolution)?
  let depthwise: (node: Int, layer: DepthwiseConvolution)
  let projection: (node: Int, layer: Convolution)

  /// The first node.
  var first: Int { expansion?.node ?? depthwise.node }

  /// The number of floats of the widened rows and their convolutions that are kept at a time: they
  /// fit into a core's second cache beside the weights.
  private static let budget = 96 * 1024
  /// The smallest number of rows for each thread with which several threads share an image: a share
  /// computes up to two widened rows that its neighbour computes too.
  static let rowsPerThread = 14

  /// The number of floats per row of the depthwise convolution's input and output.
  private func rowCounts(_ network: Network) -> (input: Int, output: Int) {
    let (input, output) = (
      network.inputShape(depthwise.node), network.shapes[depthwise.node]
    )
    return (input.width * input.channels, output.width * output.channels)
  }

  /// The number of output rows at a time.
  private func band(_ network: Network) -> Int {
    let (input, output) = rowCounts(network)
    let stride = depthwise.layer.stride
    let rest = Self.budget - (expansion == nil ? 0 : 3 * input)
    let each = output + (expansion == nil ? 0 : stride * input)
    let height = network.shapes[depthwise.node].height
    let most = max(1, min(height, rest / each))
    // Bands of about the same height: each reads the whole kernel of the projection.
    let bands = (height + most - 1) / most
    return (height + bands - 1) / bands
  }

  /// The number of input rows of a band.
  private func window(_ band: Int) -> Int {
    expansion == nil ? 0 : (band - 1) * depthwise.layer.stride + 3
  }

  /// The number of floats per thread.
  func scratchCount(_ network: Network) -> Int {
    let (input, output) = rowCounts(network)
    let band = band(network)
    return window(band) * input + band * output
  }

  /// The passes of the nodes.
  struct Passes {
    let expansion: LayerPass?
    let depthwise: LayerPass
    let projection: LayerPass
  }

  /// Computes the output of the last node from the input of the first.
  func forward(_ passes: Passes, _ network: Network) {
    let (count, pool) = (passes.projection.count, passes.projection.pool)
    let rows = passes.projection.outputShape.height
    let parts =
      count >= 2 * pool.threads ? 1 : max(1, min(2 * pool.threads, rows / Self.rowsPerThread))
    var kernel = depthwise.layer.kernel(
      passes.depthwise.inputShape, passes.depthwise.outputShape, passes.depthwise.parameters)
    // Widened rows are in the second cache.
    kernel.asksAhead = expansion == nil
    let band = band(network)
    pool.run(count * parts) { [kernel] job, worker in
      let (sample, part) = job.quotientAndRemainder(dividingBy: parts)
      let range = part * rows / parts..<(part + 1) * rows / parts
      run(sample, range, band, kernel, passes, worker)
    }
  }

  /// Computes some output rows of a sample, band by band.
  private func run(
    _ sample: Int, _ range: Range<Int>, _ band: Int, _ kernel: DepthwiseKernel, _ passes: Passes,
    _ worker: Int
  ) {
    let (input, output) = (passes.depthwise.inputShape, passes.depthwise.outputShape)
    let (line, outputLine) = (input.width * input.channels, output.width * output.channels)
    let stride = depthwise.layer.stride
    let rows = passes.projection.scratch(of: worker)
    let convolved = rows + window(band) * line
    var held = 0..<0
    for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: band) {
      let last = min(range.upperBound, first + band)
      var base = UnsafePointer(passes.depthwise.input + sample * input.count)
      if let expansion, let pass = passes.expansion {
        let needed = max(0, first * stride - 1)..<min(input.height, (last - 1) * stride + 2)
        // The rows that the band before also needed.
        let kept = max(0, held.upperBound - needed.lowerBound)
        rows.update(from: rows + (held.count - kept) * line, count: kept * line)
        let start = needed.lowerBound + kept
        expansion.layer.multiplyRows(
          pass, (sample * input.height + start) * input.width,
          count: (needed.upperBound - start) * input.width, into: rows + kept * line,
          input.channels)
        held = needed
        base = UnsafePointer(rows) - needed.lowerBound * line
      }
      for row in first..<last {
        kernel.forward(base, row: row, into: convolved + (row - first) * outputLine)
      }
      projection.layer.multiplyRows(
        passes.projection, from: (UnsafePointer(convolved), output.channels),
        count: (last - first) * output.width,
        into: passes.projection.output
          + (sample * output.height + first) * output.width * passes.projection.outputStride,
        passes.projection.outputStride)
    }
  }
}

extension Network {
  /// The chains of a folded network that pass over up to `capacity` samples on some threads.
  func separableChains(capacity: Int, threads: Int) -> [SeparableChain] {
    // The projection of one chain is not the expansion of the next.
    var taken = -1
    return nodes.indices.compactMap { index -> SeparableChain? in
      guard let layer = nodes[index].layer as? DepthwiseConvolution,
        isOnlyRead(index, by: index + 1),
        let projection = nodes[index + 1].layer as? Convolution, projection.isPointwise,
        threads == 1 || capacity >= 2 * threads
          || shapes[index].height >= SeparableChain.rowsPerThread * threads
      else { return nil }
      var expansion: (Int, Convolution)?
      if index - 1 > taken, isOnlyRead(index - 1, by: index),
        let before = nodes[index - 1].layer as? Convolution, before.isPointwise
      {
        expansion = (index - 1, before)
      }
      taken = index + 1
      return SeparableChain(
        expansion: expansion, depthwise: (index, layer), projection: (index + 1, projection))
    }
  }

  /// Whether a node's output has one reader, which follows and reads nothing else.
  private func isOnlyRead(_ node: Int, by next: Int) -> Bool {
    next < nodes.count && consumers[node] == 1 && nodes[next].inputs == [node]
  }
}
