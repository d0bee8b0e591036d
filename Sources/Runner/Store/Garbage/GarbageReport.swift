/// The outcome of a collection.
public struct GarbageReport: Sendable {
  /// Why something was collected.
  public enum Cause: String, Sendable, Hashable, CaseIterable {
    case results, objects, budget, scratch, state, incoming, memo, announcements

    /// The description for users.
    public var text: String {
      switch self {
      case .results: "results that no kept run needs"
      case .objects: "objects that no result needs"
      case .budget: "results beyond the budget"
      case .scratch: "scratch folders of ended runs"
      case .state: "checkpoints of stages that do not run"
      case .incoming: "leftovers of writes"
      case .memo: "memo beyond its size"
      case .announcements: "truncated lists of runs"
      }
    }
  }

  /// Whether nothing was moved or deleted.
  public var dryRun: Bool
  /// Objects that stay, by the strongest reason.
  public var kept: [KeepReason.Group: Amount] = [:]
  /// Results that stay, by the strongest reason.
  public var keptResults: [KeepReason.Group: Int] = [:]
  /// What was moved to the trash, or would be.
  public var collected: [Cause: Amount] = [:]
  /// What was restored from the trash because something kept needs it.
  public var returned = Amount()
  /// What was deleted from the trash, or would be.
  public var deleted = Amount()
  /// What the trash contains afterwards.
  public var trash = Amount()
  /// The projects that keep something in the store.
  public var projects: [ProjectRoots] = []
  /// Remarks for users, one sentence each.
  public var notes: [String] = []

  /// Everything that was moved to the trash, or would be.
  public var total: Amount {
    collected.values.reduce(into: Amount()) { $0.add($1) }
  }

  mutating func collect(_ cause: Cause, _ amount: Amount) {
    collected[cause, default: Amount()].add(amount)
  }

  mutating func collect(_ cause: Cause, size: Int) {
    collected[cause, default: Amount()].add(size)
  }
}
