/// The gradients of outputs during the backward pass; each is complete once all nodes that read the
/// output have been processed.
struct PendingGradients {
  /// The gradient of one output: a buffer, or a part of a concatenation's buffer.
  struct Gradient {
    fileprivate let buffer: FloatBuffer
    fileprivate let offset: Int
    /// Whether it is a part of a buffer; no other gradient uses the same part.
    fileprivate let isPart: Bool
    /// The distance between positions, in floats.
    let stride: Int

    var start: UnsafeMutablePointer<Float> { buffer.start + offset }
    fileprivate var identity: ObjectIdentifier { ObjectIdentifier(buffer) }
  }

  private let workspace: Workspace
  private let count: Int
  /// The first node whose output's gradient is needed.
  private let first: Int
  /// By node; -1 is the network's input.
  private var gradients: [Int: Gradient] = [:]
  /// The number of gradients in each buffer, including the one being processed.
  private var holders: [ObjectIdentifier: Int] = [:]

  init(_ workspace: Workspace, count: Int, from first: Int) {
    (self.workspace, self.count, self.first) = (workspace, count, first)
  }

  mutating func start(_ node: Int, _ values: [Float]) {
    let gradient = lend(node)
    gradient.start.update(from: values, count: values.count)
    gradients[node] = gradient
  }

  /// Removes and returns the gradient of a node's output; the caller must release it.
  mutating func take(_ node: Int) -> Gradient? { gradients.removeValue(forKey: node) }

  /// Passes a node's gradient on to the node before it, which is its only input.
  mutating func hand(_ own: Gradient, to node: Int) { gradients[node] = own }

  /// Where a layer may write the gradient of its input, and whether to add to it; `nil` if that
  /// gradient is not needed.
  ///
  /// If the layer adds, the result is already the pending gradient of the input.
  mutating func target(
    _ input: Int, _ own: Gradient, _ layer: any Layer
  ) -> (gradient: Gradient, adds: Bool)? {
    guard input >= first else { return nil }
    if layer.addsToGradient, let there = gradients[input], isAlone(there) { return (there, true) }
    if layer.worksInPlace, isAlone(own) {
      holders[own.identity, default: 0] += 1
      return (own, false)
    }
    return (lend(input), false)
  }

  /// Whether a gradient is the only user of its memory.
  private func isAlone(_ gradient: Gradient) -> Bool {
    gradient.isPart || holders[gradient.identity] == 1
  }

  /// Passes the same gradient on to several inputs.
  mutating func share(_ own: Gradient, with inputs: [Int]) {
    // A part has only one user, so several inputs get a copy.
    var shared = own
    if own.isPart, let wanted = inputs.first(where: { $0 >= first }) {
      shared = lend(wanted)
      copy(own, to: shared, of: wanted)
    }
    defer { if own.isPart { release(shared) } }
    for input in inputs where input >= first {
      guard gradients[input] != nil else {
        holders[shared.identity, default: 0] += 1
        gradients[input] = shared
        continue
      }
      let copied = lend(input)
      copy(shared, to: copied, of: input)
      add(copied, to: input)
    }
  }

  /// Passes on the parts of a concatenation's gradient, each to the input that supplied its
  /// channels.
  ///
  /// A part is used in place if the input can read it there; otherwise it is copied.
  mutating func divide(_ own: Gradient, of node: Int) {
    let isAlone = isAlone(own)
    var start = 0
    for (input, width) in workspace.network.channelsOfInputs(node) {
      defer { start += width }
      guard input >= first else { continue }
      let part = Gradient(
        buffer: own.buffer, offset: own.offset + start, isPart: true, stride: own.stride)
      if isAlone, gradients[input] == nil, input >= 0, workspace.network.takesParts(input) {
        holders[own.identity, default: 0] += 1
        gradients[input] = part
      } else {
        let copied = lend(input)
        copy(part, to: copied, of: input)
        add(copied, to: input)
      }
    }
  }

  /// Adds a gradient in a buffer of its own to the pending gradient of an output, if there is one.
  mutating func add(_ gradient: Gradient, to node: Int) {
    guard let other = gradients[node] else {
      gradients[node] = gradient
      return
    }
    // The existing buffer may be shared with another gradient; a part of one is not.
    let (sum, addend) = other.isPart ? (other, gradient) : (gradient, other)
    let channels = shape(node).channels
    forEachRow(node) { row in
      let (to, from) = (sum.start + row * sum.stride, addend.start + row * addend.stride)
      for channel in 0..<channels { to[channel] += from[channel] }
    }
    release(addend)
    gradients[node] = sum
  }

  mutating func release(_ gradient: Gradient) {
    let left = (holders[gradient.identity] ?? 0) - 1
    holders[gradient.identity] = left
    if left == 0 { workspace.gradients.give(gradient.buffer) }
  }

  /// Returns the requested gradient and gives all buffers back to the pool.
  mutating func finish(_ wanted: Int?) -> [Float] {
    defer { for (_, left) in gradients.sorted(by: { $0.key < $1.key }) { release(left) } }
    guard let wanted, let gradient = gradients[wanted] else { return [] }
    return Rows(start: gradient.start, stride: gradient.stride)
      .gathered(rows: count * shape(wanted).positions, columns: shape(wanted).channels)
  }

  /// A buffer for the gradient of a node's output.
  private mutating func lend(_ node: Int) -> Gradient {
    let buffer = workspace.gradients.take(count * shape(node).count)
    holders[ObjectIdentifier(buffer)] = 1
    return Gradient(buffer: buffer, offset: 0, isPart: false, stride: shape(node).channels)
  }

  private func copy(_ from: Gradient, to: Gradient, of node: Int) {
    let channels = shape(node).channels
    forEachRow(node) { row in
      (to.start + row * to.stride).update(from: from.start + row * from.stride, count: channels)
    }
  }

  private func forEachRow(_ node: Int, _ body: (_ row: Int) -> Void) {
    let rows = max(1, 16_384 / shape(node).channels)
    workspace.pool.run(count * shape(node).positions, by: rows) { range, _ in
      for row in range { body(row) }
    }
  }

  private func shape(_ node: Int) -> Shape {
    node < 0 ? workspace.network.input : workspace.network.shapes[node]
  }
}
