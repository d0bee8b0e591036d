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
    /// The plain transforms, then chains of operations, mixed with each other and with the image.
    case augmix

    /// Whether each sample is mixed with another.
    var takesPartners: Bool { self == .mixup || self == .cutmix }
  }

  /// What a view by AugMix consists of.
  enum AugMixForm: String, ParameterChoice {
    /// One mixed image, as in torchvision.
    case plain
    /// The image and two mixed copies, as in the paper.
    case consistency
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
    var augMixForm = AugMixForm.plain
    var balance = Balance.none

    static let fields: [ParameterField<Self>] = [
      .init(
        "policy", \.policy,
        "augmentation policy: none, plain transforms, or plain transforms followed by mixup, cutmix, randaugment or augmix"
      ),
      .init(
        "views", \.views, in: 0...64,
        "number of views per sample; epoch e trains on view e modulo views; 0 to draw new views every "
          + "epoch, without cached outputs of frozen layers"),
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
      .init("width", \.width, in: 1...10, "augmix: number of chains per mixed image"),
      .init(
        "depth", \.depth, in: 0...10, "augmix: operations per chain; 0 to draw one to three"),
      .init(
        "augmix-form", \.augMixForm,
        "augmix: plain for one mixed image per view; consistency for the image and two mixed copies, "
          + "trained with a Jensen-Shannon term"),
      .init(
        "balance", \.balance,
        "oversample shows each class as often per epoch as the largest"),
    ]

    /// Whether every epoch draws new views.
    var isFresh: Bool { views == 0 && policy != .none }
    /// The number of copies by AugMix in a view.
    var mixes: Int { policy != .augmix ? 0 : augMixForm == .plain ? 1 : 2 }
    /// The number of images per sample in a view.
    var copies: Int { mixes > 1 ? 1 + mixes : 1 }
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
        "views.csv (one row per view) and views.json; with new views in every epoch ids.csv and rule.json; "
          + "balance.csv if samples are oversampled"),
      .init("sheet", .files, side: true, "sheet.png: some samples with their views"),
    ])
  static var libraries: [String: String] { ImagingLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let split = try SplitTable(try context.input("split"))
    let ids = split.trainIDs
    guard !ids.isEmpty else { throw StageError("the split has no training samples") }
    let balance =
      parameters.balance == .oversample ? SampleBalance(split.trainLabels, context) : nil
    var files: [(name: String, bytes: [UInt8])] = []
    if parameters.isFresh {
      let table = CSVTable(columns: FreshViews.columns, rows: ids.map { [$0] })
      files.append((ViewRule.file, ViewRule(parameters, seed: context.seed).bytes))
      files.append((FreshViews.file, table.bytes))
    } else {
      let rows = parameters.policy == .none ? [] : rows(ids, balance, context)
      files.append((ViewRecipe.file, CSVTable(columns: ViewRecipe.columns, rows: rows).bytes))
      // For human readers; rendering reads only the tables.
      files.append(
        ("views.json", JSONCanonicalForm.bytes(of: .object(parameters.values)) + [10]))
    }
    if let balance { files.append((SampleBalance.file, balance.table.bytes)) }
    var paths: [String: String] = [:]
    for file in files {
      let path = context.output("views") + "/" + file.name
      try writeFile(file.bytes, path)
      paths[file.name] = path
    }
    context.events.metric(StageMetric("samples", Double(ids.count)))
    context.events.metric(
      StageMetric("views", Double(parameters.policy == .none ? 1 : parameters.views)))
    let views = InputArtifact(digest: Digest.of(""), stage: Self.name, files: paths)
    try drawSheet(ids, try ViewRecipe(views), context)
  }

  /// The rows of views.csv, ordered by id and view.
  private func rows(
    _ ids: [String], _ balance: SampleBalance?, _ context: StageContext
  ) -> [[String]] {
    let draws = ViewDraws(ViewRule(parameters, seed: context.seed))
    let rings = (0..<(parameters.policy.takesPartners ? parameters.views : 0)).map {
      PartnerRing(ids, view: $0, seed: context.seed, balance: balance)
    }
    return ids.enumerated().flatMap { place, id in
      (0..<parameters.views).map { number in
        var view = draws.view(id, number)
        if !rings.isEmpty {
          let partner = rings[number].partner(of: place)
          draws.join(&view, id, number, partner: partner.map { ids[$0] })
        }
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
    let shown = recipe.isFresh ? ViewsFormat.sheetViews : min(recipe.views, ViewsFormat.sheetViews)
    var tiles: [Image] = []
    for position in ids.lazy.compactMap(images.index(of:)).prefix(ViewsFormat.sheetSamples) {
      tiles.append(thumbnail(try images.image(position)))
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
    try writeFile(try PNGCodec.encode(sheet), folder + "/" + ViewsFormat.sheet)
  }

  private func thumbnail(_ image: Image) -> Image {
    let edge = 112.0
    let scale = min(1, edge / Double(max(image.width, image.height)))
    return image.resized(
      width: max(1, Int((Double(image.width) * scale).rounded())),
      height: max(1, Int((Double(image.height) * scale).rounded())))
  }
}
