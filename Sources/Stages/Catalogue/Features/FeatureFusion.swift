internal import Neural
internal import PipelineDSL

/// The trained dense layers after the concatenated features of several networks.
struct FeatureFusion: Sendable {
  /// The classes of the output layer, in order.
  let classes: [String]
  /// From the concatenated features to the outputs of the last hidden layer, after its ReLU.
  private let hidden: TrainedNetwork
  /// From the concatenated features to the logits of the classes.
  private let whole: TrainedNetwork

  /// Creates the layers from their tensors.
  ///
  /// Throws if the tensors do not fit a network of that many inputs and the recipe's widths.
  init(
    _ recipe: FeatureRecipe.Fusion, inputs: Int, _ tensors: [Tensor], threads: Int
  ) throws(NeuralError) {
    classes = recipe.classes
    let network = try Network.dense(
      inputs: inputs, hidden: recipe.hidden, classes: recipe.classes.count, dropout: 0)
    // All but the output layer.
    let part = try network.part(0..<network.shapes.count - 1)
    let names = Set(part.table.entries.map(\.name))
    whole = try TrainedNetwork(network, tensors: tensors, threads: threads)
    hidden = try TrainedNetwork(
      part, tensors: tensors.filter { names.contains($0.name) }, threads: threads)
  }

  /// The features (rows x last hidden width) of concatenated features.
  func features(of rows: [Float]) -> [Float] { hidden.outputs(rows) }

  /// The gradients with respect to concatenated features, given those with respect to `features`.
  func pullBack(_ gradients: [Float], at rows: [Float]) -> [Float] {
    hidden.inputGradients(rows, gradients: gradients)
  }

  /// The gradient of the logit of a class, by index, with respect to one row.
  func logitGradient(_ label: Int, at row: [Float]) -> [Float] {
    whole.inputGradients(row, gradients: classes.indices.map { $0 == label ? 1 : 0 })
  }
}

extension FeatureFusion {
  /// Loads the layers that a recipe names.
  ///
  /// Throws if the file is missing, damaged or does not fit the recipe.
  init(
    _ recipe: FeatureRecipe.Fusion, inputs: Int, from artifact: InputArtifact, threads: Int
  ) throws(StageError) {
    let bytes = try artifact.bytes(recipe.file)
    do throws(NeuralError) {
      try self.init(recipe, inputs: inputs, try Safetensors.decode(bytes), threads: threads)
    } catch {
      throw artifact.failure(recipe.file, error.reason)
    }
  }
}
