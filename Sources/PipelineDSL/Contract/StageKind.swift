/// A kind of stage: a value type in one file, whose output is a pure function of its key.
///
/// Equal parameters, inputs, locations and seed produce equal bytes with any number of threads.
public protocol StageKind: Sendable {
  /// The parameters that a user can set.
  associatedtype Parameters: StageParameters

  /// The name in `uses`: lower case, words separated by hyphens, families by a slash.
  static var name: String { get }
  /// Increased whenever the same inputs produce different bytes; part of every key.
  static var revision: Int { get }
  /// A one-sentence description.
  static var summary: String { get }
  /// The source of the method: a paper, a standard, or `Assay`.
  static var source: String { get }
  /// The inputs and outputs.
  static var ports: Ports { get }
  /// Whether it draws random numbers; only then is `seed` part of its key.
  static var draws: Bool { get }
  /// The versions of libraries that may affect the output, by name; part of the key.
  static var libraries: [String: String] { get }

  /// Whether it opens the original files in the locations of its ancestors.
  static var opensOriginals: Bool { get }

  /// Creates a stage with resolved parameters.
  init(_ parameters: Parameters)
  /// The ports of this stage; they differ from `Self.ports` only if parameters declare ports.
  func resolvedPorts() -> Ports
  /// Files outside locations whose content is part of the key: executables, scripts.
  ///
  /// Only existing files, in an order determined by the parameters. `known` remembers what other cells
  /// asked.
  func codeFiles(_ known: ProgramFiles) -> [String]
  /// Where the data that a location of this stage names can be obtained, for the message that they
  /// are missing; `nil` if unknown.
  func whereToGet(_ parameter: String) -> String?
  /// The relative cost of the stage for a load, for estimates; `nil` if the kind declares none.
  func work(_ load: StageLoad) -> StageWork?
  /// What is known about the outputs for a load of the inputs.
  func handsOn(_ load: StageLoad) -> StageLoad
  /// Runs the stage: reads inputs, fills every output port's folder, reports through the context.
  func run(_ context: StageContext) throws
}

extension StageKind {
  /// Most kinds draw no random numbers.
  public static var draws: Bool { false }
  /// Most kinds read only artifacts and their own locations.
  public static var opensOriginals: Bool { false }
  /// Most kinds depend on no library.
  public static var libraries: [String: String] { [:] }
  /// The kind's ports.
  public func resolvedPorts() -> Ports { Self.ports }
  /// Most kinds run no code other than Assay's own.
  public func codeFiles(_ known: ProgramFiles) -> [String] { [] }
  /// Most locations have no published source.
  public func whereToGet(_ parameter: String) -> String? { nil }
  /// Without a declaration, an estimate scales with the number of samples.
  public func work(_ load: StageLoad) -> StageWork? { nil }
  /// Most kinds hand on the samples they take.
  public func handsOn(_ load: StageLoad) -> StageLoad { load }
}

/// Why a stage failed, addressed to the author of the pipeline.
public struct StageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong and where: a file, a sample, a line.
  public let reason: String
  /// How to fix the problem, if known.
  public let hint: String?

  /// Creates an error.
  public init(_ reason: String, hint: String? = nil) {
    (self.reason, self.hint) = (reason, hint)
  }

  /// The reason, followed by the hint.
  public var description: String { hint.map { "\(reason); \($0)" } ?? reason }
}
