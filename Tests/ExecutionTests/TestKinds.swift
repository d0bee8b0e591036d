import PipelineDSL

/// Produces files; needs no inputs.
struct Give: StageKind {
  struct Parameters: StageParameters {
    var text = "x"
    static let fields: [ParameterField<Self>] = [.init("text", \.text, "what to write")]
  }
  static let name = "give"
  static let revision = 1
  static let summary = "Gives files."
  static let source = "Assay"
  static let ports = Ports(outputs: [.init("files", .files, "what it gives")])
  init(_ parameters: Parameters) {}
  func run(_ context: StageContext) throws {}
}

/// Takes files and produces files.
struct Pass: StageKind {
  typealias Parameters = NoParameters
  static let name = "pass"
  static let revision = 1
  static let summary = "Takes files and gives files."
  static let source = "Assay"
  static let ports = Ports(
    inputs: [.init("files", .files, .many, "what it takes")],
    outputs: [.init("files", .files, "what it gives")])
  init(_ parameters: Parameters) {}
  func run(_ context: StageContext) throws {}
}
