import Testing

@testable import Statistics

@Suite struct ContingencyTableTests {
  @Test("agrees with SciPy, and with Bergsma's correction")
  func agreesWithSciPy() throws {
    for reference in try InspectionNumbers.load().tables {
      let table = ContingencyTable(reference.left, reference.right)
      #expect(agrees(table.chiSquare, reference.chiSquare))
      #expect(agrees(table.association, reference.association))
      #expect(table.freedom == reference.freedom)
    }
  }

  @Test("equal variables are associated fully, and one value is not at all")
  func ends() {
    let values = (0..<40).map { "\($0 % 4)" }
    #expect(ContingencyTable(values, values).association > 0.999)
    let constant = ContingencyTable(values, values.map { _ in "x" })
    #expect(constant.association == 0)
    #expect(constant.deviate() == nil)
  }

  @Test("observations in clusters count for less")
  func clustersCountForLess() throws {
    let (left, right) = (
      (0..<60).map { "\($0 % 2)" }, (0..<60).map { "\($0 % 5 == 0 ? 1 : $0 % 2)" }
    )
    let table = ContingencyTable(left, right)
    let (all, few) = (try #require(table.deviate()), try #require(table.deviate(independent: 0.1)))
    #expect(few < all)
  }
}
