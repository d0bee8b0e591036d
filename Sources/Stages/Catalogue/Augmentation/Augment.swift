internal import Imaging
internal import PipelineDSL

/// Draws how each training sample varies from epoch to epoch.
struct Augment: StageKind {
  /// The augmentation policy.
  enum Policy: String, ParameterChoice {
    /// No augmentation: one view.
    case none
    /// Rotation, flips, zoom, shear, pan, brightness, contrast and emboss.
    case plain
    /// The plain transforms, then each sample is mixed with another.
    case mixup
    /// The plain transforms, then a box of each sample is replaced by that of another.
    case cutmix
    /// The plain transforms, then operations drawn separately for each view.
    case randAugment = "randaugment"
    /// The plain transforms, and two additional copies passed through chains of operations.
    case augmix
  }

  /// How classes of unequal size are balanced.
  enum Balance: String, ParameterChoice {
    /// Each sample is seen once per epoch.
    case none
    /// Samples of smaller classes are seen more often, each time in another view.
    case oversample
  }

  struct Parameters: StageParameters {
    var policy = Policy.plain
    var views = 4
    var rotation = 15.0
    var flips = true
    var zoom = 0.1
    var brightness = 0.1
    var contrast = 0.1
    var shear = 0.0
    var pan = 0.0
    var emboss = 0.0
    var alpha = 0.2
    var boxAlpha = 1.0
    var operations = 2
    var magnitude = 9
    var severity = 3
    var width = 3
    var depth = 0
    var balance = Balance.none

    static let fields: [ParameterField<Self>] = [
      .init(
        "policy", \.policy,
        "augmentation policy: none, plain transforms, or plain transforms followed by mixup, cutmix, randaugment or augmix"
      ),
      .init(
        "views", \.views, in: 1...64,
        "number of views per sample; epoch e trains on view e modulo views"),
      .init(
        "rotation", \.rotation, in: 0...180, "maximum rotation in either direction, in degrees"),
      .init("flips", \.flips, "random flips along each axis, in half of the views"),
      .init("zoom", \.zoom, in: 0...0.9, "maximum change of scale: 0.1 for 0.9 to 1.1"),
      .init(
        "brightness", \.brightness, in: 0...1, "maximum relative change of brightness"),
      .init("contrast", \.contrast, in: 0...1, "maximum relative change of contrast"),
      .init(
        "shear", \.shear, in: 0...0.9,
        "maximum shear of rows and columns, relative to their distance from the centre"),
      .init("pan", \.pan, in: 0...0.9, "maximum shift, as a share of width and height"),
      .init("emboss", \.emboss, in: 0...1, "maximum weight of the embossed image"),
      .init(
        "alpha", \.alpha, in: 0.01...100,
        "mixup: parameter of Beta(alpha, alpha), from which lambda is drawn"),
      .init(
        "box-alpha", \.boxAlpha, in: 0.01...100,
        "cutmix: parameter of Beta(box-alpha, box-alpha), from which the kept share is drawn"),
      .init("operations", \.operations, in: 1...14, "randaugment: operations per view (N)"),
      .init("magnitude", \.magnitude, in: 0...30, "randaugment: magnitude of the operations (M)"),
      .init("severity", \.severity, in: 1...10, "augmix: maximum severity of operations"),
      .init("width", \.width, in: 1...10, "augmix: number of chains per copy"),
      .init(
        "depth", \.depth, in: 0...10, "augmix: operations per chain; 0 to draw one to three"),
      .init(
        "balance", \.balance,
        "oversample shows each class as often per epoch as the largest"),
    ]
  }

  static let name = "augment"
  static let revision = 3
  static let draws = true
  static let summary = "Draws a recipe for augmented views of the training samples."
  static let source =
    "Zhang et al. 2018 (mixup); Yun et al. 2019 (CutMix); Cubuk et al. 2020 (RandAugment); Hendrycks et "
    + "al. 2020 (AugMix); torchvision's transforms"
  static let ports = Ports(
    inputs: [
      .init("split", .split, .one, "split whose training samples get views"),
      .init("images", .images, .optional, "images for the contact sheet"),
    ],
    outputs: [
      .init(
        "views", .views,
        "views.csv: one row per view; balance.csv if samples are oversampled; views.json"),
      .init("sheet", .files, side: true, "sheet.png: some samples with their views"),
    ])
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let split = try SplitTable(try context.input("split"))
    let ids = split.trainIDs
    guard !ids.isEmpty else { throw StageError("the split has no training samples") }
    let rows = parameters.policy == .none ? [] : rows(ids, context)
    let table = CSVTable(columns: ViewRecipe.columns, rows: rows).bytes
    try writeFile(table, context.output("views") + "/" + ViewRecipe.file)
    try writeFile(
      JSONCanonicalForm.bytes(of: .object(record)) + [10], context.output("views") + "/views.json")
    if parameters.balance == .oversample {
      try writeFile(
        SampleBalance.table(split.trainLabels, context).bytes,
        context.output("views") + "/" + SampleBalance.file)
    }
    context.events.metric(StageMetric("samples", Double(ids.count)))
    context.events.metric(
      StageMetric("views", Double(parameters.policy == .none ? 1 : parameters.views)))
    let views = InputArtifact(
      digest: Digest.of(table), stage: Self.name,
      files: [ViewRecipe.file: context.output("views") + "/" + ViewRecipe.file])
    try drawSheet(ids, try ViewRecipe(views), context)
  }

  /// The parameters of the draws, for human readers; rendering reads only the tables.
  private var record: JSONObject {
    var record: JSONObject = [:]
    for field in Parameters.fields { record[field.description.name] = field.read(parameters) }
    return record
  }

  /// The rows of views.csv, ordered by id and view.
  private func rows(_ ids: [String], _ context: StageContext) -> [[String]] {
    let draws = ViewDraws(parameters, context)
    let mixes = parameters.policy == .mixup || parameters.policy == .cutmix
    let ring = mixes ? PartnerRing(ids, context) : nil
    return ids.flatMap { id in
      (0..<parameters.views).map { number in
        var view = draws.view(id, number)
        if let ring { draws.join(&view, id, number, ring) }
        return view.row(id: id, view: number)
      }
    }
  }

  private func drawSheet(_ ids: [String], _ recipe: ViewRecipe, _ context: StageContext) throws {
    let folder = context.output("sheet")
    guard let artifact = context.inputs["images"]?.first else {
      let note = "No images are connected to this stage, so there is no contact sheet.\n"
      return try writeFile(Array(note.utf8), folder + "/README.txt")
    }
    let images = try ImageSet(artifact)
    let classes = Set(images.samples.map(\.label)).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let shown = min(recipe.views, Self.sheetViews)
    var tiles: [Image] = []
    for position in ids.lazy.compactMap(images.index(of:)).prefix(Self.sheetSamples) {
      tiles.append(thumbnail(images.image(position)))
      for view in 0..<shown {
        let rendered = try recipe.render(
          position, view: view, from: images, classIndex: index, classes: classes.count)
        if let last = rendered.images.last { tiles.append(thumbnail(last)) }
      }
    }
    guard !tiles.isEmpty else {
      throw StageError(
        "no training sample is among the images",
        hint: "connect 'augment' to the images that were split")
    }
    let sheet = ContactSheet.draw(tiles, columns: shown + 1)
    try writeFile(try PNGCodec.encode(sheet), folder + "/sheet.png")
  }

  /// The maximum number of samples on the sheet, and of views per sample.
  private static let (sheetSamples, sheetViews) = (6, 8)

  private func thumbnail(_ image: Image) -> Image {
    let edge = 112.0
    let scale = min(1, edge / Double(max(image.width, image.height)))
    return image.resized(
      width: max(1, Int((Double(image.width) * scale).rounded())),
      height: max(1, Int((Double(image.height) * scale).rounded())))
  }
}

/// Training samples on a ring, each at a random position derived from its id alone.
///
/// A partner is the first sample at or after a drawn point, so that adding an image changes the
/// partners of only a few views.
struct PartnerRing {
  private let places: [(place: UInt64, id: String)]

  init(_ ids: [String], _ context: StageContext) {
    places = ids.map { id in
      var stream = context.draws(Augment.name, sample: id, purpose: "ring")
      return (stream.next(), id)
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  }

  /// The first sample at or after a point, other than `id`; empty if there is no other.
  func partner(of id: String, at point: UInt64) -> String {
    guard places.count > 1 else { return "" }
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].place < point { low = middle + 1 } else { high = middle }
    }
    let found = places[low % places.count].id
    return found == id ? places[(low + 1) % places.count].id : found
  }
}
