/// The shape of one sample's activations: rows, columns, channels; channels vary fastest.
public struct Shape: Sendable, Hashable, CustomStringConvertible {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// Channels.
  public let channels: Int

  /// A shape.
  public init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  /// Rows times columns.
  public var positions: Int { height * width }

  /// The number of values per sample.
  public var count: Int { positions * channels }

  /// `64x64x3`.
  public var description: String { "\(height)x\(width)x\(channels)" }
}
