/// A kind of stage: a value type in one file, and a pure function of its key.
///
/// Same parameters, inputs, locations and seed give the same bytes, for any number of threads.
public protocol StageKind: Sendable {
  /// What a user can set.
  associatedtype Parameters: StageParameters

  /// The name in `uses`: lower case, words joined by hyphens, families by a slash.
  static var name: String { get }
  /// Raised whenever the same inputs give other bytes; part of every key.
  static var revision: Int { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Where the method comes from: a paper, a standard, or `Assay`.
  static var source: String { get }
  /// What it takes and gives.
  static var ports: Ports { get }
  /// Whether it draws random numbers; only then does `seed` enter its key.
  static var draws: Bool { get }
  /// The versions of libraries whose change may change bytes, by name; part of the key.
  static var libraries: [String: String] { get }

  /// Whether it opens the original files below the locations of its ancestors.
  static var opensOriginals: Bool { get }

  /// A stage with resolved parameters.
  init(_ parameters: Parameters)
  /// The ports of this very stage; differs from `Self.ports` only where parameters declare ports.
  func resolvedPorts() -> Ports
  /// Files outside locations whose content belongs to the key: executables, scripts.
  ///
  /// Only files that are there, in an order that follows from the parameters.
  func codeFiles() -> [String]
  /// Does the work: reads inputs, fills every output port's folder, reports through the context.
  func run(_ context: StageContext) throws
}

extension StageKind {
  /// Most kinds draw nothing.
  public static var draws: Bool { false }
  /// Most kinds read artifacts and their own locations alone.
  public static var opensOriginals: Bool { false }
  /// Most kinds depend on no library.
  public static var libraries: [String: String] { [:] }
  /// The kind's ports.
  public func resolvedPorts() -> Ports { Self.ports }
  /// Most kinds run no code but Assay's own.
  public func codeFiles() -> [String] { [] }
}

/// Why a stage could not do its work, said to the person who wrote the pipeline.
public struct StageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, with the place: a file, a sample, a line.
  public let reason: String
  /// What the user can do about it, if that is known.
  public let hint: String?

  /// A failure.
  public init(_ reason: String, hint: String? = nil) {
    (self.reason, self.hint) = (reason, hint)
  }

  /// The reason, and the hint behind it.
  public var description: String { hint.map { "\(reason); \($0)" } ?? reason }
}
