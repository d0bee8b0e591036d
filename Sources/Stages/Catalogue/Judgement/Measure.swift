internal import PipelineDSL

/// A number by which an explanation is judged; the raw value is its name in tables and metrics.
enum Measure: String, CaseIterable, Sendable {
  /// The area under the curve of the probability while the most relevant pixels are deleted.
  case deletion
  /// The area under the curve of the probability while the most relevant pixels are inserted.
  case insertion
  /// The mean drop of the probability without the most relevant pixels.
  case comprehensiveness
  /// The mean drop of the probability with the most relevant pixels alone.
  case sufficiency
  /// The mean squared error by which the map predicts the effect of hiding squares.
  case infidelity
  /// The correlation of the relevance of hidden subsets with their effect.
  case sensitivityN = "sensitivity-n"
  /// The largest relative change of the map under small noise.
  case maxSensitivity = "max-sensitivity"
  /// The rank correlation with the map of another method.
  case spearman
  /// The overlap of the most relevant pixels with those of another method.
  case iou
  /// The structural similarity to the map of another method.
  case ssim
  /// The rank correlation with the maps of models trained with other seeds.
  case reseededSpearman = "reseeded-spearman"
  /// The overlap of the most relevant pixels with those of models trained with other seeds.
  case reseededIoU = "reseeded-iou"
  /// The structural similarity to the maps of models trained with other seeds.
  case reseededSSIM = "reseeded-ssim"
  /// The rank correlation with the map of the network with all layers drawn again.
  case layersSpearman = "layers-spearman"
  /// The overlap of the most relevant pixels with those of that network.
  case layersIoU = "layers-iou"
  /// The structural similarity to the map of that network.
  case layersSSIM = "layers-ssim"
  /// The rank correlation with the map of a model trained on permuted labels.
  case labelsSpearman = "labels-spearman"
  /// The overlap of the most relevant pixels with those of that model.
  case labelsIoU = "labels-iou"
  /// The structural similarity to the map of that model.
  case labelsSSIM = "labels-ssim"
  /// How often a pixel of the nucleus is more relevant than another one.
  case pixelAUROC = "pixel-auroc"
  /// The share of all relevance that lies in the nucleus.
  case energyInside = "energy-inside"
  /// Whether the most relevant pixel lies in the nucleus.
  case pointingGame = "pointing-game"
  /// The share of the most relevant pixels that lies in the nucleus.
  case nucleusShare = "nucleus-share"
  /// The share of the most relevant pixels that lies in the cytoplasm.
  case cytoplasmShare = "cytoplasm-share"
  /// The share of the most relevant pixels that lies in the nucleus or the cytoplasm.
  case cellShare = "cell-share"
  /// The share of the most relevant pixels that lies outside the cell.
  case backgroundShare = "background-share"

  /// The measures that belong together, as a pipeline chooses them.
  enum Group: String, ParameterChoice {
    /// Deletion and insertion.
    case removal
    /// Comprehensiveness and sufficiency.
    case erasure
    /// Infidelity.
    case infidelity
    /// Sensitivity-n.
    case sensitivityN = "sensitivity-n"
    /// Max-sensitivity.
    case maxSensitivity = "max-sensitivity"
    /// Agreement between methods.
    case agreement
    /// Agreement between models trained with other seeds.
    case reseeded
    /// Cascading randomisation of the layers.
    case layers
    /// Randomisation of the labels.
    case labels
    /// Localisation of the nucleus and the cell.
    case localisation
  }

  /// Which values are better; `nil` if neither is.
  ///
  /// The similarity to a randomised model is better the lower it is: a map that stays the same does
  /// not show what the model has learned.
  var better: MetricDirection? {
    switch self {
    case .insertion, .comprehensiveness, .sensitivityN, .spearman, .iou, .ssim,
      .reseededSpearman, .reseededIoU, .reseededSSIM, .pixelAUROC, .energyInside, .pointingGame,
      .nucleusShare, .cellShare:
      .higher
    case .deletion, .sufficiency, .infidelity, .maxSensitivity, .layersSpearman, .layersIoU,
      .layersSSIM, .labelsSpearman, .labelsIoU, .labelsSSIM, .backgroundShare:
      .lower
    case .cytoplasmShare: nil
    }
  }

  /// Whether a gain over baseline maps is reported.
  ///
  /// Baseline maps do not depend on the model, so that they are perfectly stable: for the measures of
  /// stability and of randomisation they set no standard.
  var hasBaseline: Bool {
    switch self {
    case .deletion, .insertion, .comprehensiveness, .sufficiency, .infidelity, .sensitivityN,
      .pixelAUROC, .energyInside, .pointingGame, .nucleusShare, .cellShare, .backgroundShare:
      true
    default: false
    }
  }
}
