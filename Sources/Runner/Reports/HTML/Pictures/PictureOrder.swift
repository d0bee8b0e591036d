/// The order in which pictures are shown, the same for the same run.
enum PictureOrder {
  /// The first element of each group, then the second of each, and so on; groups by their names.
  static func inTurn<Element>(
    _ elements: [Element], by group: (Element) -> String
  ) -> [Element] {
    let groups = Dictionary(grouping: elements, by: group)
    let names = groups.keys.sorted(by: RunFacts.natural)
    let rounds = groups.values.map(\.count).max() ?? 0
    return (0..<rounds).flatMap { round in
      names.compactMap { name in
        groups[name].flatMap { round < $0.count ? $0[round] : nil }
      }
    }
  }
}
