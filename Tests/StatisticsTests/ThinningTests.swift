import Testing

@testable import Statistics

@Suite struct ThinningTests {
  @Test("the ends stay, and spaces are even")
  func keepsEnds() {
    #expect(Thinning.indices(of: 9, limit: 5) == [0, 2, 4, 6, 8])
    #expect(Thinning.indices(of: 10, limit: 2) == [0, 9])
    let many = Thinning.indices(of: 66_550, limit: 1000)
    #expect(many.count == 1000 && many.first == 0 && many.last == 66_549)
    #expect(zip(many, many.dropFirst()).allSatisfy { $1 - $0 == 66 || $1 - $0 == 67 })
  }

  @Test("few points stay as they are")
  func few() {
    #expect(Thinning.indices(of: 4, limit: 5) == [0, 1, 2, 3])
    #expect(Thinning.indices(of: 0, limit: 5) == [])
  }
}
