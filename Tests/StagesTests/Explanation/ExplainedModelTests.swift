import Testing

@testable import Stages

@Suite struct ExplainedModelTests {
  private func prediction(_ id: String, _ label: String, right: Bool, rank: UInt64)
    -> ExplainedModel.Prediction
  {
    ExplainedModel.Prediction(
      index: 0, sample: Sample(id: id, source: "", nativeLabel: "", label: label, group: ""),
      predicted: 0, probability: 1, isRight: right, rank: rank)
  }

  @Test func predictionsAreChosenByRankThenByID() {
    let all = [
      prediction("a", "B", right: true, rank: 9), prediction("b", "B", right: true, rank: 1),
      prediction("c", "B", right: true, rank: 1), prediction("d", "B", right: false, rank: 5),
      prediction("e", "A", right: false, rank: 5),
    ]
    for all in [all, all.reversed()] {
      let byOutcome = all.chosen(perClass: 2, .byOutcome)
      #expect(byOutcome.map(\.sample.id) == ["e", "b", "c", "d"])
      #expect(all.chosen(perClass: 3, .fixed).map(\.sample.id) == ["e", "b", "c", "d"])
      #expect(all.chosen(perClass: 1, .fixed).map(\.sample.id) == ["e", "b"])
    }
    #expect(all.ranked.map(\.sample.id) == ["b", "c", "d", "e", "a"])
  }
}
