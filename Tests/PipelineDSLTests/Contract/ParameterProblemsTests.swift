import PipelineDSL
import Testing

@Suite struct ParameterProblemsTests {
  private func problems(_ kind: String, _ given: JSONObject) throws -> [ParameterErrors.Item] {
    let kind = try #require(TestKinds.all[kind])
    do throws(ParameterErrors) { _ = try kind.resolve(given) } catch { return error.list }
    return []
  }

  @Test func writtenTextIsKeptForSuggestions() throws {
    let choice = try #require(problems("crop-normalise", ["method": "aera"]).first)
    #expect(choice.written == "aera" && choice.known == ["area", "bilinear"] && !choice.atName)
    // In a list, the invalid element.
    let element = try #require(problems("explain", ["methods": ["lime", "grad-cm"]]).first)
    #expect(element.written == "grad-cm" && element.path == ["1"] && element.name == "methods")
    let name = try #require(problems("explain", ["method": []]).first)
    #expect(name.written == "method" && name.known == ["methods"] && name.atName)
  }
}
