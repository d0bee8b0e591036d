/// What a list shows: which rows and columns, in which order.
public struct ListingRequest: Sendable {
  /// The names of the columns, in order; empty for those that the list chooses.
  public var columns: [String] = []
  /// The column to sort by, ascending or, after a dash, descending; `nil` for the list's own order.
  public var sort: String?
  /// The maximum number of rows; `nil` for all.
  public var limit: Int?

  /// A request for everything, in the order of the list.
  public init(columns: [String] = [], sort: String? = nil, limit: Int? = nil) {
    (self.columns, self.sort, self.limit) = (columns, sort, limit)
  }

  /// Whether nothing was asked for, so that a list may choose its own layout.
  var isPlain: Bool { columns.isEmpty && sort == nil }

  /// The column of `sort`, without its dash.
  var sortColumn: String? { sort.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 } }

  /// The names of all columns that are needed.
  var names: [String] { columns + (sortColumn.map { [$0] } ?? []) }
}
