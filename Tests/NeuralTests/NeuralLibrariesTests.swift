import Testing

@testable import Neural

@Suite struct NeuralLibrariesTests {
  @Test func versionsAreReported() {
    let versions = NeuralLibraries.versions
    #expect(versions.keys.sorted() == ["architecture", "openblas", "openblas-core"])
    #expect(versions["openblas"]?.first?.isNumber == true)
    #expect(versions.values.allSatisfy { !$0.isEmpty })
  }
}
