/// The feature maps of a layer for one image, and the gradients of a scalar with respect to them.
///
/// Both are rows x columns x channels, channels last.
public struct LayerMaps: Sendable, Hashable {
  /// The output of the layer.
  public let activations: [Float]
  /// The gradient of the scalar with respect to each number of `activations`; empty if it was not
  /// computed.
  public let gradients: [Float]
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of channels.
  public let channels: Int

  /// Creates the maps of a layer.
  ///
  /// - Precondition: `activations` fills the shape, and so does `gradients` unless it is empty.
  public init(activations: [Float], gradients: [Float], width: Int, height: Int, channels: Int) {
    precondition(activations.count == width * height * channels, "maps do not fill the shape")
    precondition(gradients.isEmpty || gradients.count == activations.count)
    (self.activations, self.gradients) = (activations, gradients)
    (self.width, self.height, self.channels) = (width, height, channels)
  }

  /// The number of positions of a map.
  public var positions: Int { width * height }

  /// The Grad-CAM (Selvaraju and others, 2017): the activations weighted by the mean gradient of
  /// their channel and summed over channels; negative sums are set to 0.
  ///
  /// - Precondition: there are gradients.
  public var gradCAM: [Float] {
    precondition(gradients.count == activations.count, "Grad-CAM needs gradients")
    var importance = [Float](repeating: 0, count: channels)
    for index in gradients.indices {
      importance[index % channels] += gradients[index] / Float(positions)
    }
    return weighted(by: importance)
  }

  /// The activations weighted by one number per channel and summed over channels; negative sums are
  /// set to 0.
  ///
  /// - Precondition: there is a weight for each channel.
  public func weighted(by importance: [Float]) -> [Float] {
    precondition(importance.count == channels, "there is one weight per channel")
    return (0..<positions).map { position in
      var sum: Float = 0
      for channel in 0..<channels {
        sum += importance[channel] * activations[position * channels + channel]
      }
      return max(sum, 0)
    }
  }

  /// The map of one channel, rows from the top.
  public func map(of channel: Int) -> [Float] {
    (0..<positions).map { activations[$0 * channels + channel] }
  }
}
