extension Backbone {
  /// VGG19 without batch norm (Simonyan and Zisserman 2015, configuration E), with torchvision's
  /// names.
  ///
  /// At 224x224x3: 19.5 billion multiplications; 20.0 million parameters.
  public static let vgg19 = Backbone(
    BackboneDefinition(
      name: "vgg19", normalisation: .imageNet, smallestSize: 32, openBlocks: 2,
      lastLayer: "classifier.6",
      convolutions: { builder, _ in builder.addVGG(convolutions: [2, 2, 4, 4, 4]) },
      plainHead: { $0.addVGGHead(classes: $1, $2) }))
}
