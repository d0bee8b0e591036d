import Testing

@testable import Reports

struct PathSimplificationTests {
  @Test func keepsTheCornersOfSteps() {
    let points = (0...100).map { (x: Double(min($0, 50)), y: Double(max(0, $0 - 50))) }
    #expect(PathSimplification.kept(points) == [0, 50, 100])
  }

  @Test func keepsWhatCanBeSeen() {
    let points: [(x: Double, y: Double)] = [(0, 0), (1, 0.1), (2, 0), (3, 5), (4, 0)]
    #expect(PathSimplification.kept(points) == [0, 2, 3, 4])
  }

  @Test func aClosedPathKeepsItsFarPoint() {
    #expect(PathSimplification.kept([(0, 0), (3, 4), (0, 0)]) == [0, 1, 2])
    #expect(PathSimplification.kept([]) == [])
  }
}
