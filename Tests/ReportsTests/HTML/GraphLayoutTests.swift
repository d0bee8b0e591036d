import Testing

@testable import Reports

struct GraphLayoutTests {
  /// Two sources, a chain, and edges that skip layers.
  private let edges = [
    (0, 2), (1, 2), (2, 3), (3, 4), (2, 4), (3, 5), (4, 5), (2, 5), (5, 6), (2, 6), (5, 7), (6, 8),
  ].map { StageGraph.Edge(from: $0.0, to: $0.1) }

  @Test func everyEdgePointsRight() {
    let layout = GraphLayout(count: 9, edges: edges)
    #expect(layout.rooms.count == 9)
    for edge in edges { #expect(layout.rooms[edge.from].x < layout.rooms[edge.to].x) }
    for segment in layout.segments { #expect(segment.from.x < segment.to.x) }
  }

  @Test func boxesAndLanesDoNotOverlap() {
    let layout = GraphLayout(count: 9, edges: edges)
    for (index, a) in layout.rooms.enumerated() {
      #expect(a.x >= 0 && a.x + GraphLayout.roomWidth <= layout.width)
      #expect(a.y >= 0 && a.y + GraphLayout.roomHeight <= layout.height)
      for b in layout.rooms[(index + 1)...] where a.x == b.x {
        #expect(abs(a.y - b.y) > GraphLayout.roomHeight)
      }
      for lane in layout.segments where lane.straight && lane.from.x == a.x {
        #expect(lane.from.y < a.y || lane.from.y > a.y + GraphLayout.roomHeight)
      }
    }
    #expect(layout.segments.contains { $0.straight })
  }

  @Test func layoutIsDeterministic() {
    let (a, b) = (GraphLayout(count: 9, edges: edges), GraphLayout(count: 9, edges: edges))
    #expect(a.rooms == b.rooms)
    #expect(a.segments == b.segments)
  }

  @Test func emptyGraphHasNoBoxes() {
    #expect(GraphLayout(count: 0, edges: []).rooms.isEmpty)
    let one = GraphLayout(count: 1, edges: [])
    #expect(one.width > GraphLayout.roomWidth)
  }
}
