import Foundation
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Combinations of options, from ingest to explain: backbones, policies, starts and statistics.
///
/// The short form, in `make test`, runs all combinations for the small network and some for the
/// others; `make combinations` runs all combinations for all networks.
@Suite(.serialized) struct CombinationTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["ASSAY_COMBINATIONS"] == "all"
  private static let policies = Augment.Policy.allCases.map(\.rawValue)

  @Test func everyCombinationOfTheSmallNetwork() throws {
    let bench = try CombinationBench()
    for policy in Self.policies {
      for start in CombinationBench.Start.all(blocks: Backbone.cnn.blocks) {
        try bench.run(.cnn, policy: policy, start)
      }
    }
  }

  /// The short form covers every pair for three light backbones, and three rows for each heavy one.
  ///
  /// Heavy backbones train for seconds even on a dozen images. Their rows cover AugMix with
  /// weights, and every policy and start.
  @Test func backbonesPoliciesAndStarts() throws {
    let bench = try CombinationBench()
    let light: [Backbone] = [.cnnLSTM, .mobileNetV2, .denseNet121]
    let heavy = Backbone.allCases.filter { $0 != .cnn && !light.contains($0) }
    let (policies, starts) = (Self.policies.count, CombinationBench.Start.all(blocks: 3).count)
    var rows: [(backbone: Backbone, policy: Int, start: Int)] = []
    if Self.isLong {
      for backbone in light + heavy {
        for policy in 0..<policies { rows += (0..<starts).map { (backbone, policy, $0) } }
      }
    } else {
      let pairs = Pairs.cover([light.count, policies, starts])
      #expect(Pairs.missing(in: pairs, of: [light.count, policies, starts]).isEmpty)
      rows = pairs.map { (light[$0[0]], $0[1], $0[2]) }
      for (index, backbone) in heavy.enumerated() {
        rows.append((backbone, policies - 1, 1 + index))
        rows += (0..<2).map { (backbone, (2 * index + $0) % policies, (2 * index + $0) % starts) }
      }
      let large = rows.filter { heavy.contains($0.backbone) }
      #expect(Set(large.map(\.policy)).count == policies && Set(large.map(\.start)).count == starts)
    }
    print(
      "combinations: \(rows.count) trainings, \(Self.isLong ? "all products" : "the short form")")
    // Large models are slow to load: the short form evaluates and explains each backbone once.
    var explained: Set<Backbone> = []
    for row in rows {
      let start = CombinationBench.Start.all(blocks: row.backbone.blocks)[row.start]
      let isNew = explained.insert(row.backbone).inserted
      try bench.run(
        row.backbone, policy: Self.policies[row.policy], start, explains: Self.isLong || isNew)
    }
  }

  /// The other parameters of `fine-tune` and `augment`, every pair of values at least once.
  @Test func everyPairOfTrainingParameters() throws {
    let options: [(name: String, values: [JSONValue])] = [
      ("schedule", ["plateau", "constant", "cosine", "step"]),
      ("class-weights", ["none", "balanced"]),
      ("clip-norm", [.null, 0.5]), ("warmup-epochs", [0, 1]), ("label-smoothing", [0, 0.1]),
      ("dropout", [0, 0.3]), ("weight-decay", [0, 0.001]),
      ("decay", ["coupled", "decoupled"]), ("decay-all", [false, true]), ("dense", [1, 128]),
      ("monitor", ["nll", "loss"]), ("consistency", [0, 12]),
      ("epochs", [2, 3]), ("head-epochs", [2, 3]), ("batch", [1, 4, 64]), ("patience", [1, 10]),
      ("step-epochs", [1, 10]),
      ("plateau-patience", [0, 3]),
    ]
    let recipes: [(name: String, values: [JSONValue])] = [
      ("policy", Self.policies.map { .string($0) }), ("views", [0, 1, 3]),
      ("augmix-form", ["plain", "consistency"]),
      ("balance", ["none", "oversample"]),
      ("flips", [true, false]), ("emboss", [0, 0.5]), ("shear", [0, 0.3]), ("pan", [0, 0.2]),
    ]
    let starts = CombinationBench.Start.all(blocks: Backbone.cnn.blocks)
    let counts = options.map(\.values.count) + recipes.map(\.values.count) + [starts.count]
    let rows = Pairs.cover(counts)
    #expect(Pairs.missing(in: rows, of: counts).isEmpty)
    print("pairs of training parameters: \(rows.count) trainings")
    let bench = try CombinationBench()
    for row in rows {
      var fineTune: JSONObject = [:]
      var augment: JSONObject = [:]
      for (index, option) in options.enumerated() {
        fineTune[option.name] = option.values[row[index]]
      }
      for (index, option) in recipes.enumerated() {
        augment[option.name] = option.values[row[options.count + index]]
      }
      // Refused without the term that trains the copies.
      if augment["policy"] == "augmix", augment["augmix-form"] == "consistency" {
        fineTune["consistency"] = 12
      }
      try bench.run(
        .cnn, policy: augment["policy"]?.text ?? "none", starts[row[counts.count - 1]],
        augment: augment, fineTune: fineTune, explains: false)
    }
  }

  /// Evaluation and explanation take a head of any width, with the network's own open blocks.
  @Test(arguments: [1, 9, 600]) func everyWidthIsEvaluatedAndExplained(dense: Int) throws {
    let bench = try CombinationBench()
    for start in [CombinationBench.Start.scratch, .weights(.stored, open: nil)] {
      try bench.run(.cnn, policy: "mixup", start, fineTune: ["dense": .integer(dense)])
    }
  }

  /// Neither threads nor the memo change any byte, with any policy.
  @Test(arguments: policies, [0, 2])
  func threadsAndMemoDoNotChangeBytes(_ policy: String, _ views: Int) throws {
    let bench = try CombinationBench()
    let start = CombinationBench.Start.weights(.stored, open: 2)
    let memo = MemoFolder(bench.harness.folder + "/memo", limit: 1 << 30)
    func model(threads: Int, _ memo: MemoFolder) throws -> Digest {
      try bench.run(
        .cnn, policy: policy, start, augment: ["views": .integer(views)], explains: false,
        threads: threads, memo: memo)
    }
    let plain = try model(threads: 1, .none)
    for _ in 0..<2 { #expect(try model(threads: 3, memo) == plain) }
  }
}
