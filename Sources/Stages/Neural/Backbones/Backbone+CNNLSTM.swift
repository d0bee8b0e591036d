extension Backbone {
  /// The convolutions of `cnn`, then an LSTM over the rows of the last map.
  ///
  /// Paper B's tables 5 and 6 name a "CNN+LSTM" and do not give its layers; these are Assay's
  /// choice. The LSTM belongs to the head, so the last convolution, for Grad-CAM, is that of the
  /// CNN. Its kernels fit images of one size. 706 thousand parameters at 64x64x3 with 5 classes.
  public static let cnnLSTM = Backbone(
    BackboneDefinition(
      name: "cnn-lstm", normalisation: .standard, smallestSize: 16, openBlocks: 2,
      lastLayer: "classifier.1",
      convolutions: { $0.addCNN($1) }, reduction: { $0.addRowLSTM($1) }))
}

extension NetworkBuilder {
  /// Adds an LSTM with a hidden state of 128 values, for which each row of the map is a time step.
  fileprivate mutating func addRowLSTM(_ map: Shape) -> Int {
    let hidden = 128
    add("lstm", LSTM(inputs: map.width * map.channels, hidden: hidden))
    return hidden
  }
}
