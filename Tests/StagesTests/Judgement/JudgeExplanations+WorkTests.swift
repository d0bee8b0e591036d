import PipelineDSL
import Testing

@testable import Stages

@Suite struct JudgeExplanationsWorkTests {
  private func units(_ change: (inout JudgeExplanations.Parameters) -> Void = { _ in }) -> Double? {
    var parameters = JudgeExplanations.Parameters()
    change(&parameters)
    var load = StageLoad()
    load.samples = 1000
    load.size = 64
    load.model = StageLoad.Model("cnn", cost: 2)
    return JudgeExplanations(parameters).work(load)?.units
  }

  @Test("work grows with images, methods and measures")
  func grows() throws {
    let usual = try #require(units())
    #expect(try #require(units { $0.perClass = 20 }) > usual)
    #expect(try #require(units { ($0.perClass, $0.repeatPerClass) = (20, 6) }) == 2 * usual)
    #expect(try #require(units { $0.repeatPerClass = 1 }) < usual)
    #expect(try #require(units { $0.explain.methods = [.gradCAM] }) < usual / 2)
    #expect(try #require(units { $0.measures = [.removal] }) < usual)
    #expect(try #require(units { $0.reseeded = true }) > usual)
    #expect(JudgeExplanations(.init()).work(StageLoad()) == nil)
  }

  /// One Grad-CAM (three passes), and two curves of 21 points for four maps.
  @Test("the passes of deletion and insertion are counted")
  func passes() throws {
    let found = try #require(
      units {
        $0.explain.methods = [.gradCAM]
        $0.measures = [.removal]
      })
    let expected: Double = 50 * (3 + 2 * 21 * 4) * 2
    #expect(isNear(found, expected, 1e-6))
  }
}
