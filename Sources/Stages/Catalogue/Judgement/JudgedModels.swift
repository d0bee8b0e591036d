internal import Neural
internal import PipelineDSL

/// The model whose explanations are judged, and the models they are compared with.
///
/// The others are loaded one at a time, since a large network takes much memory.
struct JudgedModels {
  /// A model that is loaded when it is needed, with a name for messages and tables.
  typealias Other = (name: String, load: () throws -> ExplainedModel)

  /// The model.
  let model: ExplainedModel
  /// Models of the same pipeline with other seeds.
  var reseeded: [Other] = []
  /// A model that was trained on permuted labels.
  var randomised: Other?
  /// The model with more and more layers drawn again, from the top; `nil` if it has no such form.
  var layers: [Other]?

  /// The models that are connected to a stage.
  init(_ parameters: JudgeExplanations.Parameters, _ context: StageContext) throws {
    let layer = parameters.explain.layer
    func load(_ artifact: InputArtifact) throws -> any ImageModel {
      try ImageModels.load(artifact, threads: context.threads)
    }
    func others(_ port: String) -> [Other] {
      (context.inputs[port] ?? []).map { artifact in
        (artifact.stage, { ExplainedModel(try load(artifact), layer: layer) })
      }
    }
    let model = try load(context.input("model"))
    self.model = ExplainedModel(model, layer: layer)
    reseeded = others("reseeded")
    randomised = others("randomised").first
    guard let network = model as? TrainedModel else { return }
    var draws = context.draws(JudgeExplanations.name, sample: "", purpose: "layers")
    let seed = draws.next()
    layers = network.cascade.map { step in
      (
        step.name,
        {
          ExplainedModel(
            try network.redrawn(step, seed: seed, threads: context.threads), layer: layer)
        }
      )
    }
  }

  /// Given models, for tests.
  init(_ model: ExplainedModel) { self.model = model }
}
