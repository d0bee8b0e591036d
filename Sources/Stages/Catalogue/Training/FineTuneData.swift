internal import Imaging
internal import Neural
internal import PipelineDSL

/// The images of a training, rendered one batch at a time to bound memory.
struct FineTuneData: TrainingData, Sendable {
  let images: ImageSet
  /// The labels of all images of the split, sorted.
  let classes: [String]
  private let train: [Int]
  private let validation: [Int]
  /// The training images that are scored without augmentation.
  private let clean: [Int]
  private let recipe: ViewRecipe
  private let balance: SampleBalance?
  private let classIndex: [String: Int]
  private let normalisation: Normalisation
  private let context: StageContext

  /// Creates the data from a stage's inputs, normalised for a network.
  ///
  /// Throws if images are not square, the training or validation part is empty, all labels are
  /// equal, or a class has no training image.
  init(_ context: StageContext, _ normalisation: Normalisation) throws(StageError) {
    self.normalisation = normalisation
    images = try ImageSet(try context.input("images"))
    let split = try SplitTable(try context.input("split"))
    let views = context.inputs["views"]?.first
    if let views { recipe = try ViewRecipe(views) } else { recipe = .identity }
    balance = try views.flatMap { (views) throws(StageError) in try SampleBalance(views) }
    train = split.indices(of: .train, in: images)
    validation = split.indices(of: .validation, in: images)
    self.context = context
    let samples = images.samples
    clean = CleanSample.choose(train, label: { samples[$0].label }) { index in
      var draws = context.draws(FineTune.name, sample: samples[index].id, purpose: "clean sample")
      return draws.next()
    }
    let used =
      train + validation + split.indices(of: .calibration, in: images)
      + split.indices(of: .test, in: images)
    classes = Set(used.map { samples[$0].label }).sorted()
    classIndex = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    try check()
  }

  private func check() throws(StageError) {
    guard images.width == images.height else {
      throw StageError(
        "the images are \(images.width) x \(images.height) pixels; networks take square ones",
        hint: "crop them with 'crop-normalise'")
    }
    try LearnableLabels.check(
      images.samples, "image", parts: [("training", train), ("validation", validation)],
      classes: classes)
  }

  var validationCount: Int { validation.count }
  var copies: Int { recipe.copies }
  /// Whether each epoch shows new views, of which nothing can be cached.
  var isFresh: Bool { recipe.isFresh }

  /// The number of training samples of each class.
  var trainingCounts: [Int] {
    let labels = Dictionary(grouping: train) { images.samples[$0].label }
    return classes.map { labels[$0]?.count ?? 0 }
  }

  /// Throws if the views have mixed copies that a loss without its consistency term ignores.
  func requireConsistency(_ weight: Double) throws(StageError) {
    guard copies > 1, weight == 0 else { return }
    throw StageError(
      "'consistency' is 0, so that no mixed image of the AugMix views would be trained on",
      hint: "let 'augmix-form' of 'augment' be plain, or set 'consistency' above 0")
  }

  /// The number of looks that repeat: each training image in each of its views, the validation
  /// images, and the clean training images.
  var looks: Int { train.count * recipe.views + validation.count + clean.count }

  var cleanCount: Int { clean.count }

  func cleanLook(_ sample: Int) -> Int { -1 - validation.count - clean[sample] }

  func cleanBatch(_ samples: Range<Int>) throws -> Batch { try plain(clean[samples]) }

  func look(_ sample: Int, epoch: Int) -> Int? {
    guard !isFresh else { return nil }
    let (index, view) = place(sample, epoch)
    return index * recipe.views + view
  }

  /// The image of a sample of an epoch, and its view: the n-th occurrence of an image is numbered
  /// as a sample of its own, and shown in a view of its own.
  private func place(_ sample: Int, _ epoch: Int) -> (index: Int, view: Int) {
    let (occurrence, index) = sample.quotientAndRemainder(dividingBy: images.samples.count)
    return (index, recipe.number(epoch: epoch, occurrence: occurrence))
  }

  func order(epoch: Int) -> [Int] {
    train.flatMap { index in
      let id = images.samples[index].id
      var draws = context.draws(FineTune.name, sample: id, purpose: "order \(epoch)")
      let count = balance?.occurrences(of: id, epoch: epoch) ?? 1
      return (0..<count).map { (draws.next(), index + $0 * images.samples.count) }
    }
    .sorted { $0 < $1 }.map(\.1)
  }

  func batch(_ samples: [Int], epoch: Int) throws -> Batch {
    try gather(
      samples.count, copies: copies,
      { (at: Int) throws -> ViewRecipe.Rendering in
        let (index, view) = place(samples[at], epoch)
        return try recipe.render(
          index, view: view, from: images, classIndex: classIndex, classes: classes.count)
      })
  }

  func validationBatch(_ samples: Range<Int>) throws -> Batch { try plain(validation[samples]) }

  /// Some images without augmentation.
  private func plain(_ indices: ArraySlice<Int>) throws -> Batch {
    try gather(
      indices.count, copies: 1,
      { (at: Int) throws -> ViewRecipe.Rendering in
        let index = indices[indices.startIndex + at]
        let label = images.samples[index].label
        return ViewRecipe.Rendering(
          images: [try images.image(index)], target: classes.map { $0 == label ? 1 : 0 })
      })
  }

  private func gather(
    _ count: Int, copies: Int, _ render: @Sendable (Int) throws -> ViewRecipe.Rendering
  ) throws -> Batch {
    let rows = try Parallel.map(count, threads: context.threads) { at in
      let row = try render(at)
      return (row.images.map { normalisation.floats($0.pixels) }, row.target)
    }
    let images = (0..<copies).flatMap { copy in rows.map { $0.0[copy] } }
    return Batch(
      images: Array(images.joined()), targets: rows.flatMap(\.1), copies: copies)
  }
}
