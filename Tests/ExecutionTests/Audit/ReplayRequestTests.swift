import PipelineDSL
import Testing

@testable import Execution

@Suite struct ReplayRequestTests {
  private let keys = (0..<100).map { Digest.of("key \($0)") }

  private func request(_ sample: ReplayRequest.Sample, seed: Int = 0) -> ReplayRequest {
    var request = ReplayRequest(
      machine: Machine(processors: 1, memory: 1), executable: "", environment: [:])
    (request.sample, request.seed) = (sample, seed)
    return request
  }

  @Test(
    arguments: [
      ("5%", .fraction(0.05)), ("100%", .all), ("0.5%", .fraction(0.005)), ("7", .count(7)),
    ] as [(String, ReplayRequest.Sample)])
  func samplesAreParsed(text: String, sample: ReplayRequest.Sample) {
    #expect(ReplayRequest.Sample(text: text) == sample)
  }

  @Test(arguments: ["", "%", "0", "0%", "101%", "-5%", "1.5", "nan%", "all"])
  func invalidSamplesAreRejected(text: String) { #expect(ReplayRequest.Sample(text: text) == nil) }

  @Test func choiceIsRepeatable() {
    let five = request(.fraction(0.05)).choose(among: keys)
    #expect(five.count == 5 && five == five.sorted())
    #expect(request(.count(5)).choose(among: keys) == five)
    #expect(Set(request(.count(20)).choose(among: keys)).isSuperset(of: five))
    #expect(request(.count(5), seed: 1).choose(among: keys) != five)
    // The choice depends on the keys, not on their order.
    let reversed = Array(keys.reversed())
    #expect(
      Set(request(.count(5)).choose(among: reversed).map { reversed[$0] })
        == Set(five.map { keys[$0] }))
  }

  @Test func choosesAtLeastOneAndAtMostAll() {
    #expect(request(.fraction(0.001)).choose(among: keys).count == 1)
    #expect(request(.fraction(0.001)).choose(among: []).isEmpty)
    #expect(request(.count(1000)).choose(among: keys).count == 100)
    #expect(request(.all).choose(among: keys) == Array(0..<100))
  }
}
