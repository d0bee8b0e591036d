internal import Imaging
internal import Neural
internal import PipelineDSL

/// Measures how faithful and stable explanations are, and what they gain over maps without a model.
struct JudgeExplanations: StageKind {
  static let name = "judge-explanations"
  static let revision = 1
  static let summary =
    "Measures how faithful, stable and well-placed explanations are, against maps without a model."
  static let source =
    "Petsiuk, Das and Saenko 2018 (deletion, insertion); DeYoung et al. 2020 (comprehensiveness, "
    + "sufficiency); Yeh et al. 2019 (infidelity, max-sensitivity); Ancona et al. 2018 "
    + "(sensitivity-n); Adebayo et al. 2018 (randomisation of layers and labels); Zhang et al. 2018 "
    + "(pointing game); Wang et al. 2020 (energy inside)"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, "model whose explanations are measured"),
      InputPort("images", .images, .one, "images to explain"),
      InputPort("split", .split, .one, "split that has the test set"),
      InputPort(
        "masks", .masks, .optional, "nuclei and cytoplasm, for localisation; or the parameter"),
      InputPort(
        "reseeded", .model, .many,
        "only with reseeded: models of the same pipeline, trained with other seeds"),
      InputPort(
        "randomised", .model, .one, "only with randomised: a model trained on permuted labels"),
    ],
    outputs: [
      OutputPort(
        "metrics", .metrics,
        "metrics.json, gains.csv (method by measure, with gains), measures.csv (one row per image, "
          + "method and measure), curves.csv (deletion, insertion and layers)")
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(ImagingLibraries.versions) { $1 }
  }

  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  /// Without the parameter of an optional model, its port is left out, so that a model needs no port
  /// name.
  func resolvedPorts() -> Ports {
    Ports(
      inputs: Self.ports.inputs.filter {
        ($0.name != "reseeded" || parameters.reseeded)
          && ($0.name != "randomised" || parameters.randomised)
      }, outputs: Self.ports.outputs)
  }

  func run(_ context: StageContext) throws {
    let images = try ImageSet(context.input("images"))
    let split = try SplitTable(context.input("split"))
    try judge(
      JudgedModels(parameters, context), images, test: split.indices(of: .test, in: images),
      masks: context.masks(for: images), context)
  }

  /// Judges the explanations of any model on some test images of a set.
  func judge(
    _ models: JudgedModels, _ images: ImageSet, test: [Int], masks: (any RegionMasks)?,
    _ context: StageContext
  ) throws {
    guard !test.isEmpty else {
      throw StageError("the split has no test images", hint: "give the test set a fraction")
    }
    let chosen = try chosen(images, test: test, context)
    let predictions = try models.model.predict(images, chosen, context)
    var work = JudgementWork(
      parameters: parameters, models: models, images: images, masks: masks, context: context)
    try work.judge(predictions)
    try work.compare(predictions)
    try work.finish()
  }

  /// The test images to judge: those that `ids` names, or the first ones of each label in the random
  /// order by seed and id in which `explain` chooses.
  private func chosen(
    _ images: ImageSet, test: [Int], _ context: StageContext
  ) throws(StageError) -> [Int] {
    let ids = parameters.explain.ids
    guard ids.isEmpty else {
      let test = Set(test)
      var indices: [Int] = []
      for (position, id) in ids.enumerated() {
        guard let index = images.index(of: id), test.contains(index) else {
          throw StageError(
            "ids/\(position): no test image has the id '\(id)'",
            hint: "\(SplitFormat.file) of 'split' lists the ids of the test set")
        }
        indices.append(index)
      }
      return indices
    }
    let ranked = test.map { index in
      var draws = context.draws(Explain.name, sample: images.samples[index].id, purpose: "choice")
      return (index: index, rank: draws.next())
    }.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
    let labels = Set(test.map { images.samples[$0].label }).sorted()
    return labels.flatMap { label in
      ranked.filter { images.samples[$0.index].label == label }.prefix(parameters.perClass)
        .map(\.index)
    }
  }
}
