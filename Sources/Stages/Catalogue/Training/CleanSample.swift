/// The training images that are scored without augmentation: all, or a stratified sample, to bound
/// the cost.
enum CleanSample {
  /// The largest number of images.
  static let limit = 2000

  /// Chooses at most `limit` images, in the given order: the ones with the smallest draws of each
  /// label, in proportion to the label's share, and at least one of each label while there is room.
  static func choose(
    _ images: [Int], limit: Int = Self.limit, label: (Int) -> String, draw: (Int) -> UInt64
  ) -> [Int] {
    guard images.count > limit else { return images }
    var ranked: [(share: Double, draw: UInt64, image: Int)] = []
    for (_, group) in Dictionary(grouping: images, by: label) {
      let drawn = group.map { (draw: draw($0), image: $0) }.sorted { $0 < $1 }
      for (rank, one) in drawn.enumerated() {
        ranked.append((Double(rank) / Double(group.count), one.draw, one.image))
      }
    }
    let chosen = Set(ranked.sorted { $0 < $1 }.prefix(limit).map(\.image))
    return images.filter(chosen.contains)
  }
}
