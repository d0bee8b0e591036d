import Testing

@testable import Statistics

@Suite struct StudentTTests {
  @Test("quantiles agree with SciPy")
  func quantilesAgree() throws {
    for reference in try ReferenceNumbers.load().student {
      let student = StudentT(freedom: reference.freedom ?? 0)
      #expect(
        agrees(student.quantile(reference.share), reference.value),
        "\(student.freedom) degrees of freedom, share \(reference.share)")
    }
  }

  @Test("tails agree with SciPy")
  func tailsAgree() throws {
    for reference in try ReferenceNumbers.load().tails {
      #expect(
        agrees(StudentT(freedom: reference.freedom).upperTail(reference.t), reference.upper),
        "\(reference.freedom) degrees of freedom, t \(reference.t)")
    }
  }

  @Test("quantiles are symmetric, and infinite values have no tail")
  func ends() {
    let student = StudentT(freedom: 3)
    #expect(student.quantile(0.25) == -student.quantile(0.75))
    #expect(student.quantile(0.5) == 0)
    #expect(student.twoSided(.infinity) == 0)
    #expect(student.twoSided(1e200) >= 0)
    #expect(student.twoSided(0) == 1)
  }
}
