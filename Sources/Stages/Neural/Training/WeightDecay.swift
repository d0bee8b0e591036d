/// How weight decay enters a step of Adam.
public enum DecayForm: String, Sendable, CaseIterable {
  /// An L2 term in the gradient, before the moments, as in `torch.optim.Adam`.
  case coupled
  /// A reduction by the learning rate times the factor, beside the moments, as in
  /// `torch.optim.AdamW` (Loshchilov and Hutter 2019).
  case decoupled
}

/// Which parameters decay in a step of Adam, how, and how much.
struct WeightDecay: Sendable, Hashable {
  let form: DecayForm
  let factor: Double
  /// The parameters that decay, in ascending order.
  let ranges: [Range<Int>]

  /// Decays the kernels of convolutions and dense layers or, if `all` is set, also batch norms and
  /// biases.
  init(_ form: DecayForm, factor: Double, _ table: ParameterTable, all: Bool) {
    let decayed = table.entries.filter { !$0.isStatistic && (all || $0.shape.count > 1) }
    self.init(form, factor: factor, decayed.map { $0.offset..<$0.offset + $0.count })
  }

  init(_ form: DecayForm, factor: Double, _ ranges: [Range<Int>]) {
    (self.form, self.factor) = (form, factor)
    self.ranges = ranges.reduce(into: []) { joined, next in
      if let last = joined.last, last.upperBound == next.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<next.upperBound
      } else {
        joined.append(next)
      }
    }
  }

  /// Calls `body` with the parts of a range in order, and whether each part decays.
  func forEachPart(of range: Range<Int>, _ body: (Range<Int>, Bool) -> Void) {
    var start = range.lowerBound
    for decayed in ranges where decayed.overlaps(range) {
      let part = decayed.clamped(to: range)
      if start < part.lowerBound { body(start..<part.lowerBound, false) }
      body(part, true)
      start = part.upperBound
    }
    if start < range.upperBound { body(start..<range.upperBound, false) }
  }
}
