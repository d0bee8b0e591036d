internal import Synchronization

/// The weights of a network, laid out in memory when gradients first need them.
///
/// Until then only the tensors are held, so that a network that only classifies has no third copy of
/// its weights.
final class PlainWeights: Sendable {
  private enum State {
    case tensors([Tensor])
    case weights(Weights)
  }

  private let table: ParameterTable
  private let state: Mutex<State>

  /// `fitting` has a tensor for each entry of the table, in their order.
  init(_ table: ParameterTable, fitting: [Tensor]) {
    self.table = table
    state = Mutex(.tensors(fitting))
  }

  /// The weights.
  var weights: Weights {
    state.withLock { state in
      switch state {
      case .weights(let weights): return weights
      case .tensors(let tensors):
        let weights = Weights(table, fitting: tensors)
        state = .weights(weights)
        return weights
      }
    }
  }
}
