/// Everything that is specific to one network, as one value in a file of its own.
///
/// To add a network, write that file with its test and list it in `Backbone.allCases`.
struct BackboneDefinition: Sendable {
  /// The name in pipelines and models.
  let name: String
  /// The normalisation of images; for networks with public weights, the one used to train them.
  let normalisation: Normalisation
  /// The smallest width and height of an image, in pixels.
  let smallestSize: Int
  /// The number of last blocks to train after the head, unless another one is chosen: 2 to 4, as in
  /// paper A.
  let openBlocks: Int
  /// The name of the last dense layer in the reference's own head.
  let lastLayer: String
  /// Adds the convolutions, block by block.
  let convolutions: @Sendable (inout NetworkBuilder, BatchNorm.Statistics) -> Void
  /// Adds the layer named `lstm` that reduces the last map to one vector, and returns the vector's
  /// length; without it global average pooling does.
  var reduction: (@Sendable (inout NetworkBuilder, Shape) -> Int)?
  /// Adds the reference's own head for a number of classes, if it is more than pooling, dropout and
  /// one dense layer.
  var plainHead: (@Sendable (inout NetworkBuilder, Int, Dropout) -> Void)?
}
