public import PipelineDSL

/// The outcome of copying results from one place to another.
public struct TransferOutcome: Sendable {
  /// The number of results that are new in the other store.
  public var copied = 0
  /// The number of results that were present already.
  public var present = 0
  /// The objects that were copied.
  public var objects = Amount()
  /// The number of objects that were present already.
  public var presentObjects = 0
  /// What is damaged in the source, by path, and was therefore left out.
  public var damaged: [String] = []
  /// Results that lack objects and were therefore left out, with what is missing.
  public var incomplete: [String] = []
  /// Keys under which the other store has a different result, which stays.
  public var divergent: [Digest] = []

  /// The outcome of a copy that has not begun.
  init() {}

  /// Adds a result that was left out.
  mutating func add(_ refusal: TransferRefusal) {
    switch refusal {
    case .incomplete(let text): incomplete.append(text)
    case .damaged(let text): damaged.append(text)
    }
  }

  /// Adds the outcome of another part; `name` translates its descriptions of damage.
  mutating func add(_ other: TransferOutcome, name: (String) -> String) {
    copied += other.copied
    present += other.present
    objects.add(other.objects)
    presentObjects += other.presentObjects
    damaged += other.damaged.map(name)
    incomplete += other.incomplete.map(name)
    divergent += other.divergent
  }
}
