import PipelineDSL
import Testing

@Suite struct StageWorkTests {
  private func load(samples: Double? = nil, size: Double? = nil) -> StageLoad {
    var load = StageLoad()
    (load.samples, load.size) = (samples, size)
    return load
  }

  @Test("the samples of a port are added, and the largest port counts")
  func portsAreJoined() {
    let joined = StageLoad(joining: [
      [load(samples: 10), load(samples: 20)], [load(samples: 25, size: 64)], [load()],
    ])
    #expect(joined.samples == 30 && joined.size == 64)
    #expect(joined.model == nil && joined.files == 0)
  }

  @Test("the features and the models of a port are added, and its artifacts with samples counted")
  func featuresAndModelsAreAdded() {
    func features(_ name: String, cost: Double, width: Double) -> StageLoad {
      var load = load(samples: 10)
      (load.width, load.model) = (width, StageLoad.Model(name, cost: cost, hidden: width))
      return load
    }
    let joined = StageLoad(joining: [
      [
        features("a", cost: 1, width: 3), features("b", cost: 2, width: 5),
        features("a", cost: 1, width: 3),
      ],
      [load(samples: 10)],
    ])
    #expect(joined.samples == 30 && joined.joined == 3 && joined.width == 11)
    #expect(joined.model == StageLoad.Model("a+b", cost: 4, hidden: 3))
    // What one stage joined is one artifact for the next.
    #expect(StageLoad(joining: [[joined], [load(samples: 10)]]).joined == 1)
  }

  @Test("without a known count the number of samples is unknown")
  func nothingIsKnown() {
    #expect(StageLoad(joining: [[load()], []]).samples == nil)
    #expect(StageLoad(joining: []) == StageLoad())
  }

  @Test("kinds declare no work, hand on their samples and know no source unless they say so")
  func kindsHaveDefaults() throws {
    let kind = try #require(TestKinds.all["split"])
    #expect(kind.work(for: [:], load(samples: 5)) == nil)
    #expect(kind.handsOn(for: [:], load(samples: 5)).samples == 5)
    #expect(kind.whereToGet("root", for: [:]) == nil)
    // Invalid parameters are no reason to fail here.
    #expect(kind.handsOn(for: ["what": 1], load(samples: 5)).samples == 5)
  }
}
