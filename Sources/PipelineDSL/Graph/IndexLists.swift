/// Numbered lists of indices, stored in one array: a list costs no allocation of its own.
public struct IndexLists: Sendable {
  /// The elements of all lists, one list after the other.
  private var elements: [Int32]
  /// Where each list begins, and the end of the last.
  private var starts: [Int32]

  /// Lists numbered from 0 up to a count.
  ///
  /// `forEach` is called twice and must pass the same pairs, each a list and an element, to its
  /// argument; the elements of a list keep their order.
  public init(count: Int, _ forEach: ((_ list: Int, _ element: Int) -> Void) -> Void) {
    var starts = [Int32](repeating: 0, count: count + 1)
    forEach { list, _ in starts[list + 1] += 1 }
    for list in 0..<count { starts[list + 1] += starts[list] }
    var ends = starts
    var elements = [Int32](repeating: 0, count: Int(starts[count]))
    forEach { list, element in
      elements[Int(ends[list])] = Int32(element)
      ends[list] += 1
    }
    (self.elements, self.starts) = (elements, starts)
  }

  /// The elements of a list, in the order in which they were passed.
  public subscript(list: Int) -> [Int] {
    elements[Int(starts[list])..<Int(starts[list + 1])].map(Int.init)
  }
}
