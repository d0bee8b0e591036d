import Testing

@testable import PipelineDSL

struct ProfileSchemaTests {
  @Test func hasEveryMemberAndNothingElse() throws {
    let schema = ProfileSchema.make()
    let properties = try #require(schema["properties"]?.object)
    #expect(properties.names == ["$schema"] + ProfileField.all.map(\.name))
    #expect(schema["additionalProperties"] == false && schema["required"] == ["executor"])
    for member in properties.members {
      let help = member.value["description"]?.text ?? ""
      #expect(help.hasSuffix("."), "\(member.name)")
    }
  }
}
