internal import Imaging
internal import PipelineDSL

/// The files that stages read from artifacts and from users, and how each is parsed.
package enum StageFiles {
  /// A file name and the reader of such files.
  package struct Reader: Sendable {
    /// The file's name.
    package let name: String
    /// Reads its bytes, which are also in the file at a path; throws if they are invalid.
    package let read: @Sendable (_ bytes: [UInt8], _ path: String) throws -> Void
  }

  /// All files with a format of their own.
  package static let readers: [Reader] = [
    Reader(name: SamplesFormat.file) { _, path in _ = try SampleTable(artifact(path)).counts },
    Reader(name: SplitFormat.file) { _, path in _ = try SplitTable(artifact(path)) },
    Reader(name: ViewRecipe.file) { _, path in
      _ = try ViewRecipe(artifact(path))
      try show(try artifact(path).rows(ViewRecipe.file, ViewRecipe.columns))
    },
    Reader(name: ViewRule.file) { bytes, _ in
      let draws = ViewDraws(try ViewRule(bytes))
      try show((0..<2).map { draws.view("a", $0).row(id: "a", view: $0) })
    },
    Reader(name: ModelCard.file) { _, path in _ = try ModelCard(artifact(path)).json },
    Reader(name: Preparation.file) { bytes, _ in
      let preparation = try Preparation(JSONParser.parse(bytes))
      // Large crops are slow.
      if preparation.parameters.size <= 16 { _ = preparation.apply(picture) }
    },
    Reader(name: MetricsFile.name) { bytes, _ in _ = try MetricsFile.read(bytes, called: "it") },
    Reader(name: "labels.csv") { bytes, _ in _ = try LabelMap.Layer(table: bytes) },
    Reader(name: "manifest.csv") { bytes, _ in
      let files = IngestFiles(["manifest.csv", "a.png", "b/c.png"]) { _ in bytes }
      _ = try IngestManifest.roles(files, table: "manifest.csv")
    },
    Reader(name: FeatureRecipe.file) { bytes, _ in
      _ = try FeatureRecipe(JSONParser.parse(bytes)).json
    },
    Reader(name: PredictionsFormat.file) { _, path in
      _ = try PredictionSet(artifact(path)).table
    },
    Reader(name: "\(ModelKind.features.rawValue)/\(ModelCard.file)") { bytes, _ in
      _ = try FeatureModelCard(JSONParser.parse(bytes)).recipe.json
    },
    Reader(name: "\(ModelKind.ensemble.rawValue)/\(ModelCard.file)") { bytes, _ in
      let card = try EnsembleCard(JSONParser.parse(bytes))
      // Long lists of both would make a table of their product.
      guard card.rule != .stack, card.members.count * card.facts.classes.count < 1000 else {
        return
      }
      let rows = card.members.map { _ in [card.facts.classes.indices.map { Float($0) }] }
      _ = try EnsembleRule(card.rule, weights: card.weights).logits(rows)
    },
    Reader(name: "\(ModelKind.calibrated.rawValue)/\(ModelCard.file)") { bytes, _ in
      let card = try CalibratedCard(JSONParser.parse(bytes))
      _ = card.rule.logits(card.facts.classes.indices.map { Float($0) })
      _ = card.rule.json
    },
    Reader(name: "\(ModelKind.conformal.rawValue)/\(ModelCard.file)") { bytes, _ in
      let card = try ConformalCard(JSONParser.parse(bytes))
      _ = card.rule.fields(card.facts.classes.indices.map { Float($0) }, id: "a")
      _ = card.rule.json
    },
  ]

  /// An artifact whose files are all the file at one path.
  private static func artifact(_ path: String) -> InputArtifact {
    let names = [
      SamplesFormat.file, SplitFormat.file, ViewRecipe.file, ModelCard.file,
      PredictionsFormat.file,
    ]
    return InputArtifact(
      digest: Digest.of(""), files: Dictionary(names.map { ($0, path) }) { first, _ in first })
  }

  /// Renders an image with the first views of a table.
  private static func show(_ rows: [[String]]) throws {
    for row in rows.prefix(2) {
      guard let view = View(row: row) else { throw StageError("a row is not a view") }
      var shown = view.shows(picture)
      for mix in view.mixes { _ = mix.shows(shown) }
      if let box = view.box { _ = shown.paste(picture, box) }
      _ = shown.mixed(with: picture, weight: view.lambda)
    }
  }

  private static let picture = Image(
    width: 8, height: 8, pixels: (0..<192).map { UInt8(truncatingIfNeeded: $0 &* 37) })
}
