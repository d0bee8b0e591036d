/// The memory in which a folded network computes outputs, and the order in which it does.
///
/// The first layers run image by image, each on one thread: an image's activations stay in the
/// cache of one core, no thread waits for another, and memory does not grow with the number of
/// images. From the first layer on whose weights are large beside its activations, all images run
/// together, so that its weights are read once.
///
/// The outputs of an image depend neither on this order nor on the other images. It must not be
/// used by two threads at once.
final class InferenceWorkspace {
  /// The maximum number of samples per pass.
  let capacity: Int
  private let network: Network
  /// The number of nodes that run image by image.
  private let cut: Int
  private let pool: TilePool
  private let front: Network?
  /// One for each thread.
  private let lanes: [Lane]
  /// All threads on one image; made when first needed.
  private var together: Workspace?
  private let back: Workspace?

  /// Takes room for passes over up to `capacity` samples on up to `threads` threads.
  init(_ network: Network, capacity: Int, threads: Int) {
    let pool = TilePool(threads: threads)
    let wanted = network.laneCut
    // Every cut is one that a part may have.
    let front = wanted > 0 ? try? network.part(0..<wanted) : nil
    let cut = front == nil ? 0 : wanted
    let rest = cut == 0 ? network : cut < network.nodes.count ? try? network.part(cut...) : nil
    (self.network, self.capacity, self.pool) = (network, capacity, pool)
    (self.front, self.cut) = (front, cut)
    lanes = (0..<pool.threads).map { _ in Lane() }
    back = rest.map {
      Workspace($0, capacity: capacity, pool: pool, for: .preparedInference, origin: cut)
    }
  }

  /// Returns the outputs of some samples.
  func outputs(
    _ samples: NetworkSamples, _ range: Range<Int>, _ prepared: PreparedWeights
  ) -> [Float] {
    let count = range.count
    precondition(count <= capacity)
    let size = network.shapes.last?.count ?? 0
    return [Float](unsafeUninitializedCapacity: count * size) { outputs, initialized in
      initialized = count * size
      guard let target = outputs.baseAddress else { return }
      pool.whileAwake {
        runFront(samples, range, prepared, into: back?.input.start ?? target)
        runBack(count, prepared, into: target)
      }
    }
  }

  private func runFront(
    _ samples: NetworkSamples, _ range: Range<Int>, _ prepared: PreparedWeights,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (from, first, count) = (network.input.count, range.lowerBound, range.count)
    guard let front else {
      return pool.run(count) { sample, _ in
        samples.write(first + sample, size: from, to: target + sample * from)
      }
    }
    let to = front.shapes[cut - 1].count
    func run(_ lane: Workspace, _ sample: Int) {
      samples.write(first + sample, size: from, to: lane.input.start)
      lane.run(.prepared(prepared), 1, .evaluation)
      (target + sample * to).update(from: lane.activations(cut - 1), count: to)
    }
    // What is left over for fewer than half of the threads is faster with all threads on each image.
    let rest = count % pool.threads
    let shared = 2 * rest <= pool.threads ? rest : 0
    if count > shared {
      pool.run(count - shared) { sample, worker in
        run(lanes[worker].workspace(for: front), sample)
      }
    }
    guard shared > 0 else { return }
    let workspace = together ?? Workspace(front, capacity: 1, pool: pool, for: .preparedInference)
    together = workspace
    for sample in count - shared..<count { run(workspace, sample) }
  }

  /// The workspace of one thread, made when the thread first has an image: of many threads, only
  /// those that a few images need take memory.
  private final class Lane {
    private var made: Workspace?

    func workspace(for front: Network) -> Workspace {
      let workspace =
        made
        ?? Workspace(front, capacity: 1, pool: TilePool(threads: 1), for: .preparedInference)
      made = workspace
      return workspace
    }
  }

  private func runBack(
    _ count: Int, _ prepared: PreparedWeights,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let back else { return }
    back.run(.prepared(prepared), count, .evaluation)
    let last = back.network.nodes.count - 1
    target.update(from: back.activations(last), count: count * back.network.shapes[last].count)
  }
}

extension Network {
  /// The number of first nodes that inference runs image by image.
  var laneCut: Int {
    let large = nodes.indices.first { hasLargeWeights($0) } ?? nodes.count
    return (0...large).reversed().first(where: isCut) ?? 0
  }

  /// Whether a layer's weights are so large beside the activations of an image that reading them for
  /// each image takes longer than moving activations of many.
  ///
  /// Six times as large puts the cut where it was best of three in each network (docs/benchmarks.md).
  private func hasLargeWeights(_ node: Int) -> Bool {
    guard let layer = nodes[node].layer else { return false }
    let input = inputShape(node)
    return layer.preparedCount(input) > 6 * (input.count + shapes[node].count)
      || layer is LSTM
  }

  /// Whether later nodes read no earlier output than that of the node before the cut, which is not
  /// within a chain of convolutions.
  private func isCut(_ cut: Int) -> Bool {
    guard
      (cut - 1...cut).allSatisfy({ index in
        !nodes.indices.contains(index) || !(nodes[index].layer is DepthwiseConvolution)
      })
    else { return false }
    return nodes[cut...].allSatisfy { $0.inputs.allSatisfy { $0 >= cut - 1 } }
  }
}
