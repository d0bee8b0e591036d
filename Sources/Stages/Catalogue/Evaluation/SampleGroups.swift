/// The groups of some samples, numbered in order of first appearance.
///
/// A sample without a group is a group of its own.
struct SampleGroups: Sendable, Hashable {
  /// The number of the group of each sample.
  let numbers: [Int32]
  /// The name of each group; empty for a sample of its own.
  let names: [String]

  /// Numbers the groups of samples, given by the name of each sample's group.
  init(_ groupOf: some Sequence<String>) {
    var known: [String: Int32] = [:]
    var (numbers, names): ([Int32], [String]) = ([], [])
    for name in groupOf {
      if let number = known[name] {
        numbers.append(number)
        continue
      }
      let number = Int32(names.count)
      if !name.isEmpty { known[name] = number }
      numbers.append(number)
      names.append(name)
    }
    (self.numbers, self.names) = (numbers, names)
  }

  /// The number of groups.
  var count: Int { names.count }
  /// Whether a group has several samples, so that samples are not independent.
  var isShared: Bool { count < numbers.count }
}
