/// The gradients of outputs on the way back: each is complete once all nodes that took it are passed.
struct PendingGradients {
  /// One output's gradient: a buffer, or a part of that of a concatenation.
  struct Gradient {
    fileprivate let buffer: FloatBuffer
    fileprivate let offset: Int
    /// Whether it is a part of a buffer, which nobody else touches.
    fileprivate let isPart: Bool
    /// How many numbers positions lie apart.
    let stride: Int

    var start: UnsafeMutablePointer<Float> { buffer.start + offset }
    fileprivate var identity: ObjectIdentifier { ObjectIdentifier(buffer) }
  }

  private let workspace: Workspace
  private let count: Int
  /// The first node whose output's gradient anybody wants.
  private let first: Int
  /// By node, from -1 on.
  private var gradients: [Int: Gradient] = [:]
  /// How many gradients, the one being passed back among them, lie in each buffer.
  private var holders: [ObjectIdentifier: Int] = [:]

  init(_ workspace: Workspace, count: Int, from first: Int) {
    (self.workspace, self.count, self.first) = (workspace, count, first)
  }

  mutating func start(_ node: Int, _ values: [Float]) {
    let gradient = lend(node)
    gradient.start.update(from: values, count: values.count)
    gradients[node] = gradient
  }

  /// The gradient of a node's output; the caller holds it until it releases it.
  mutating func take(_ node: Int) -> Gradient? { gradients.removeValue(forKey: node) }

  /// Makes the gradient of a node that of the one in front of it, which alone it takes.
  mutating func hand(_ own: Gradient, to node: Int) { gradients[node] = own }

  /// Where a layer may write the gradient of its input, if anybody wants it, and whether to add to it.
  ///
  /// What was added to is the input's gradient already.
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

  /// Whether nobody else reads or writes what a gradient lies in.
  private func isAlone(_ gradient: Gradient) -> Bool {
    gradient.isPart || holders[gradient.identity] == 1
  }

  /// Hands on a gradient that goes to several inputs alike.
  mutating func share(_ own: Gradient, with inputs: [Int]) {
    // A part belongs to one alone, so several get a copy.
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

  /// Hands on the parts of a concatenation's gradient, each to the input that gave its channels: where it
  /// lies, if the input can read it there.
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

  /// Adds a gradient that lies in a buffer of its own to that of an output, if there is one already.
  mutating func add(_ gradient: Gradient, to node: Int) {
    guard let other = gradients[node] else {
      gradients[node] = gradient
      return
    }
    // The buffer there may be another's too; a part of one is not.
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

  /// The gradient that was wanted; every buffer goes back.
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
