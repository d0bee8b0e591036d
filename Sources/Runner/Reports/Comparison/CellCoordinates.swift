/// The coordinates in a cell's name: `model@backbone=vgg16,seed=3`.
public struct CellCoordinates: Sendable {
  /// The axes and values, in the order of the name.
  public let values: [(axis: String, value: String)]

  /// Splits a name at the known axes, since a value may contain a comma.
  public init(_ cell: String, axes: [String]) {
    var values: [(axis: String, value: String)] = []
    for piece in cell.drop(while: { $0 != "@" }).dropFirst().split(
      separator: ",", omittingEmptySubsequences: false)
    {
      let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, axes.isEmpty || axes.contains(String(parts[0])) {
        values.append((String(parts[0]), String(parts[1])))
      } else if let last = values.indices.last {
        values[last].value += "," + piece
      }
    }
    self.values = values
  }
}
