import Foundation
import PipelineDSL
import Testing

@testable import Stages

/// The registry of methods of explanation: `Explain.Method`.
@Suite struct ExplanationMethodTests {
  @Test("every method has a file of its own", arguments: Explain.Method.allCases)
  func everyMethodHasAFile(_ method: Explain.Method) {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Stages/Catalogue/Explanation/Methods")
    let file = sources.appendingPathComponent("\(method.type).swift").path
    #expect(FileManager.default.fileExists(atPath: file), "\(file)")
  }

  @Test("every type is that of one method")
  func typesAreDifferent() {
    let names = Set(Explain.Method.allCases.map { "\($0.type)" })
    #expect(names.count == Explain.Method.allCases.count)
  }

  @Test(
    "the help of a parameter names the methods that read it", arguments: Explain.Method.allCases)
  func helpNamesTheMethods(_ method: Explain.Method) throws {
    for name in method.type.parameters {
      let field = try #require(
        StageDescriptor(Explain.self).parameters.first { $0.name == name }, "\(name)")
      let owners = field.help.split(separator: ":")[0]
      #expect(owners.contains(method.rawValue), "\(name) is read by \(method.rawValue)")
    }
  }

  @Test("parameters that only methods read are read by one")
  func everyParameterOfMethodsIsRead() {
    let read = Set(Explain.Method.allCases.flatMap { $0.type.parameters })
    let others: Set = [
      "methods", "ids", "choose", "per-class", "masks", "mask-limit", "lime-limit",
    ]
    let all = Set(StageDescriptor(Explain.self).parameters.map(\.name))
    #expect(read.union(others) == all && read.isDisjoint(with: others))
  }

  @Test("costs and views are positive", arguments: Explain.Method.allCases)
  func costsArePositive(_ method: Explain.Method) {
    let parameters = Explain.Parameters()
    #expect(method.type.cost(parameters) >= 1 && method.type.views >= 1)
    // The limit of expensive methods is for those with hundreds of predictions.
    #expect(method.type.isExpensive == (method.type.cost(parameters) > 500))
  }
}
