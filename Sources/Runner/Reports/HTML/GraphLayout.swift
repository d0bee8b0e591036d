/// Lays out the stages of a graph: layers from left to right, few crossings, edges that pass
/// between boxes and not behind them.
///
/// Layers are assigned by the longest path, the order within a layer by barycentres, and vertical
/// positions by least squares, after Sugiyama, Tagawa and Toda, "Methods for visual understanding
/// of hierarchical system structures", 1981. All edges that leave a stage share one lane through
/// the layers they cross.
struct GraphLayout {
  /// A point of the drawing.
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  /// A segment of an edge: from one layer to the next, or straight through a layer.
  struct Segment: Hashable {
    let from: Point
    let to: Point
    /// Whether it ends at a box, with an arrow.
    let arrives: Bool
    /// Whether it goes straight through a layer rather than from one to the next.
    let straight: Bool
  }

  /// The size of a box.
  static let (roomWidth, roomHeight) = (128.0, 84.0)
  private static let (layerGap, roomGap, laneHeight, margin) = (34.0, 14.0, 6.0, 6.0)

  /// The upper left corner of each box.
  private(set) var rooms: [Point] = []
  /// The segments of all edges.
  private(set) var segments: [Segment] = []
  /// The size of the drawing.
  private(set) var (width, height) = (0.0, 0.0)

  /// A box, or the point where a lane crosses a layer.
  private struct Node {
    let layer: Int
    let isRoom: Bool
    var y = 0.0
    var before: [Int] = []
    var after: [Int] = []
    var height: Double { isRoom ? roomHeight : laneHeight }
  }

  private var nodes: [Node] = []
  private var layers: [[Int]] = []

  /// Lays out `count` boxes; an edge leads from a box to a later one.
  init(count: Int, edges: [StageGraph.Edge]) {
    guard count > 0 else { return }
    var depth = [Int](repeating: 0, count: count)
    for edge in edges.sorted(by: { $0.to < $1.to }) {
      depth[edge.to] = max(depth[edge.to], depth[edge.from] + 1)
    }
    nodes = depth.map { Node(layer: $0, isRoom: true) }
    layers = [[Int]](repeating: [], count: (depth.max() ?? 0) + 1)
    for index in 0..<count { layers[depth[index]].append(index) }
    addLanes(edges, count)
    for sweep in 0..<12 { sortLayers(forward: sweep % 2 == 0) }
    place()
    draw(count)
  }

  private mutating func addLanes(_ edges: [StageGraph.Edge], _ count: Int) {
    for from in 0..<count {
      let targets = edges.filter { $0.from == from }.map(\.to)
      guard let last = targets.map({ nodes[$0].layer }).max() else { continue }
      var tail = from
      for layer in (nodes[from].layer + 1)...last {
        for target in targets where nodes[target].layer == layer { join(tail, target) }
        guard layer < last else { break }
        let lane = nodes.count
        nodes.append(Node(layer: layer, isRoom: false))
        layers[layer].append(lane)
        join(tail, lane)
        tail = lane
      }
    }
  }

  private mutating func join(_ from: Int, _ to: Int) {
    nodes[from].after.append(to)
    nodes[to].before.append(from)
  }

  private mutating func sortLayers(forward: Bool) {
    var position = [Double](repeating: 0, count: nodes.count)
    for layer in layers { for (at, node) in layer.enumerated() { position[node] = Double(at) } }
    for index in forward ? Array(layers.indices) : layers.indices.reversed() {
      let weighed = layers[index].enumerated().map { at, node in
        let near = forward ? nodes[node].before : nodes[node].after
        let mean = near.reduce(0) { $0 + position[$1] } / Double(max(1, near.count))
        return (node: node, weight: near.isEmpty ? Double(at) : mean, at: at)
      }
      layers[index] = weighed.sorted { ($0.weight, $0.at) < ($1.weight, $1.at) }.map(\.node)
      for (at, node) in layers[index].enumerated() { position[node] = Double(at) }
    }
  }

  /// Assigns every node its vertical position: near its neighbours, without overlap.
  private mutating func place() {
    for layer in layers { settle(layer, wanted: layer.map { _ in 0 }) }
    for round in 0..<12 {
      for layer in round % 2 == 0 ? layers : layers.reversed() {
        settle(
          layer,
          wanted: layer.map { node in
            let near = nodes[node].before + nodes[node].after
            guard !near.isEmpty else { return nodes[node].y }
            return near.reduce(0) { $0 + nodes[$1].y } / Double(near.count)
          })
      }
    }
    let top = nodes.map { $0.y - $0.height / 2 }.min() ?? 0
    for index in nodes.indices { nodes[index].y += Self.margin - top }
    height = (nodes.map { $0.y + $0.height / 2 }.max() ?? 0) + Self.margin
    width =
      Double(layers.count) * (Self.roomWidth + Self.layerGap) - Self.layerGap + 2 * Self.margin
  }

  /// Places the nodes of a layer as near to the wanted positions as their order and sizes allow:
  /// least squares by pooling neighbours that would overlap.
  private mutating func settle(_ layer: [Int], wanted: [Double]) {
    var offsets: [Double] = []
    for (at, node) in layer.enumerated() {
      guard at > 0 else {
        offsets.append(0)
        continue
      }
      let clear = (nodes[layer[at - 1]].height + nodes[node].height) / 2 + Self.roomGap
      offsets.append(offsets[at - 1] + clear)
    }
    var blocks: [(sum: Double, count: Int)] = []
    for (want, offset) in zip(wanted, offsets) {
      blocks.append((want - offset, 1))
      while blocks.count > 1 {
        let (last, previous) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard last.sum / Double(last.count) < previous.sum / Double(previous.count) else { break }
        blocks.removeLast(2)
        blocks.append((last.sum + previous.sum, last.count + previous.count))
      }
    }
    let bases = blocks.flatMap { block in
      [Double](repeating: block.sum / Double(block.count), count: block.count)
    }
    for (at, node) in layer.enumerated() { nodes[node].y = bases[at] + offsets[at] }
  }

  private mutating func draw(_ count: Int) {
    func left(_ node: Node) -> Double {
      Self.margin + Double(node.layer) * (Self.roomWidth + Self.layerGap)
    }
    rooms = nodes[..<count].map { Point(x: left($0), y: $0.y - Self.roomHeight / 2) }
    for node in nodes {
      let start = Point(x: left(node) + Self.roomWidth, y: node.y)
      if !node.isRoom {
        let entry = Point(x: left(node), y: node.y)
        segments.append(Segment(from: entry, to: start, arrives: false, straight: true))
      }
      for next in node.after {
        let end = Point(x: left(nodes[next]), y: nodes[next].y)
        segments.append(
          Segment(from: start, to: end, arrives: nodes[next].isRoom, straight: false))
      }
    }
  }
}
