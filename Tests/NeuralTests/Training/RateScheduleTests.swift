import Testing

@testable import Neural

/// Schedules and clipping, compared with the numbers of `schedules.py`.
@Suite struct RateScheduleTests {
  private struct Reference: Decodable {
    struct Clipped: Decodable {
      let norm: Double
      let gradient: [Float]
    }
    let cosine: [Double]
    let step: [Double]
    let constant: [Double]
    let warmCosine: [Double]
    let gradient: [Float]
    let clipped: [String: Clipped]
  }

  private let reference: Reference

  init() throws { reference = try fixture("schedules.json", as: Reference.self) }

  private func rates(_ schedule: RateSchedule, warmup: Int = 0) -> [Double] {
    var settings = Trainer.Settings()
    (settings.epochs, settings.schedule, settings.warmupEpochs) = (12, schedule, warmup)
    (settings.stepEpochs, settings.plateauFactor) = (4, 0.3)
    return (0..<12).map { settings.rate(epoch: $0, plateau: 7) }
  }

  private func isNear(_ ours: [Double], _ theirs: [Double]) -> Bool {
    ours.count == theirs.count && zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func ratesAgreeWithPyTorch() {
    #expect(isNear(rates(.cosine), reference.cosine))
    #expect(isNear(rates(.step), reference.step))
    #expect(isNear(rates(.constant), reference.constant))
    #expect(isNear(rates(.cosine, warmup: 3), reference.warmCosine))
    #expect(rates(.plateau) == [Double](repeating: 7, count: 12))
    #expect(rates(.plateau, warmup: 1)[0] == 5e-4)
  }

  @Test func clippingAgreesWithPyTorch() throws {
    for limit in [1.0, 10.0] {
      let expected = try #require(reference.clipped[String(limit)])
      var gradient = reference.gradient
      let length = GradientClipping.clip(&gradient, to: limit)
      #expect(abs(length - expected.norm) < 1e-6)
      #expect(zip(gradient, expected.gradient).allSatisfy { abs($0 - $1) < 1e-7 })
    }
  }

  @Test func trainerFollowsScheduleAndClipping() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3))
    func losses(_ change: (inout Trainer.Settings) -> Void) throws -> [EpochRecord] {
      var settings = Trainer.Settings()
      (settings.epochs, settings.batch, settings.learningRate) = (3, 16, 3e-3)
      change(&settings)
      var trainer = Trainer(network, settings)
      try trainer.run(Colours()) { _ in }
      return trainer.history
    }
    let plain = try losses { $0.schedule = .constant }
    #expect(plain.map(\.learningRate) == [3e-3, 3e-3, 3e-3])
    let warm = try losses { ($0.schedule, $0.warmupEpochs) = (.cosine, 1) }
    #expect(warm.map(\.learningRate) == [1.5e-3, 3e-3, 1.5e-3])
    // A bound above all norms changes nothing; a tight one nearly stops Adam's first moments.
    let wide = try losses { ($0.schedule, $0.clipNorm) = (.constant, 1e9) }
    #expect(wide == plain)
    let tight = try losses { ($0.schedule, $0.clipNorm) = (.constant, 1e-6) }
    #expect(tight != plain)
  }
}
