import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitParametersTests {
  @Test(arguments: [[0.8, 0.2], [0.8, 0.1, 0.2], [0, 0.5, 0.5], [1.1, 0, -0.1]])
  func refusesInvalidFractions(fractions: [Double]) throws {
    let kind = try #require(StageCatalogue.all["split"])
    #expect(throws: ParameterErrors.self) {
      try kind.resolve(["fractions": .array(fractions.map { .number($0) })])
    }
  }

  @Test(
    arguments: [
      (["method": "counts"], "the method counts needs 'counts'"),
      (["counts": [1, 2, 3]], "'counts' belongs to the method counts, not fractions"),
      (
        ["method": "counts", "counts": [1, 2]],
        "counts are three (train, validation, test) or four (train, validation, calibration, "
          + "test), not 2"
      ),
      (["method": "counts", "counts": [0, 2, 2]], "the count of train is 0"),
      (["method": "k-fold"], "the method k-fold needs 'fold'"),
      (["method": "k-fold", "fold": 6], "fold 6 does not exist: there are 5"),
      (["fold": 1], "'fold' belongs to the method k-fold, not fractions"),
      (["method": "leave-source-out"], "the method leave-source-out needs 'test-source'"),
      (
        ["method": "given", "validation-source": "x"],
        "'validation-source' belongs to the method leave-source-out, not given"
      ),
      (
        ["method": "leave-source-out", "test-source": "x", "validation-source": "x"],
        "the source 'x' cannot both test and validate"
      ),
      (["derived": "tie"], "'derived' tie needs 'near-duplicates'"),
      (
        ["derived": "tie", "near-duplicates": 16, "compare": "crops"],
        "'derived' tie finds images in originals, but 'compare' is crops"
      ),
    ] as [(JSONObject, String)])
  func conflictingParametersAreReported(with: JSONObject, conflict: String) throws {
    let kind = try #require(StageCatalogue.all["split"])
    let problems = #expect(throws: ParameterErrors.self) { try kind.resolve(with) }
    #expect(problems?.list.map(\.sentence) == [conflict])
  }
}
