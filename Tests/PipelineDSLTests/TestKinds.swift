import PipelineDSL

/// Stage kinds with the ports of the real ones and no implementation.
enum TestKinds {
  static let all = Catalogue([
    StageDescriptor(IngestCNMC.self), StageDescriptor(IngestPBC.self),
    StageDescriptor(HarmoniseLabels.self), StageDescriptor(CropNormalise.self),
    StageDescriptor(Split.self), StageDescriptor(Augment.self), StageDescriptor(FineTune.self),
    StageDescriptor(Evaluate.self), StageDescriptor(Explain.self), StageDescriptor(Compare.self),
    StageDescriptor(TwoInputs.self), StageDescriptor(TwoOutputs.self),
    StageDescriptor(Program.self), StageDescriptor(Optics.self), StageDescriptor(Survey.self),
  ])
}

/// A kind that is declared but never run.
protocol IdleKind: StageKind {}

extension IdleKind {
  static var revision: Int { 1 }
  static var summary: String { "Does nothing." }
  static var source: String { "Assay" }
  func run(_ context: StageContext) throws {}
}

struct Root: StageParameters {
  var root = Location("")
  static var fields: [ParameterField<Self>] {
    [ParameterField("root", \.root, required: true, "the folder")]
  }
}

struct IngestCNMC: IdleKind {
  static let name = "ingest/c-nmc"
  static let ports = Ports(outputs: [
    OutputPort("samples", .samples, ""), OutputPort("files", .files, side: true, ""),
  ])
  init(_ parameters: Root) {}
}

struct IngestPBC: IdleKind {
  static let name = "ingest/pbc"
  static let ports = IngestCNMC.ports
  init(_ parameters: Root) {}
}

struct HarmoniseLabels: IdleKind {
  struct Parameters: StageParameters {
    var scheme = "plain"
    static var fields: [ParameterField<Self>] {
      [ParameterField("scheme", \.scheme, "the names of the classes")]
    }
  }
  static let name = "harmonise-labels"
  static let ports = Ports(
    inputs: [InputPort("samples", .samples, .many, "")],
    outputs: [OutputPort("samples", .samples, "")])
  init(_ parameters: Parameters) {}
}

/// Takes any number of samples.
struct Survey: IdleKind {
  static let name = "survey"
  static let ports = Ports(
    inputs: [
      InputPort("images", .images, .one, ""), InputPort("samples", .samples, .any, ""),
    ],
    outputs: [OutputPort("metrics", .metrics, "")])
  init(_ parameters: NoParameters) {}
}

struct CropNormalise: IdleKind {
  enum Method: String, ParameterChoice { case area, bilinear }
  struct Parameters: StageParameters {
    var size = 224
    var method = Method.area
    var margin = 0.1
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("size", \.size, in: 8...1024, "pixels"),
        ParameterField("method", \.method, "the filter"),
        ParameterField("margin", \.margin, in: 0...1, "share of the cell"),
      ]
    }
  }
  static let name = "crop-normalise"
  static let ports = Ports(
    inputs: [InputPort("samples", .samples, .one, "")],
    outputs: [
      OutputPort("images", .images, ""), OutputPort("rejected", .files, side: true, ""),
    ])
  init(_ parameters: Parameters) {}
}

struct Split: IdleKind {
  struct Parameters: StageParameters {
    var fractions = [0.8, 0.1, 0.1]
    var stratify: String? = "label"
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("fractions", \.fractions, in: 0...1, "shares of the parts"),
        ParameterField("stratify", \.stratify, "the column"),
      ]
    }
    func conflicts() -> [String] {
      fractions.reduce(0, +) > 1.0001 ? ["'fractions' add up to more than 1"] : []
    }
  }
  static let name = "split"
  static let draws = true
  static let ports = Ports(
    inputs: [InputPort("images", .images, .one, "")], outputs: [OutputPort("split", .split, "")])
  init(_ parameters: Parameters) {}
}

struct Augment: IdleKind {
  struct Parameters: StageParameters {
    var policy = "none"
    static var fields: [ParameterField<Self>] { [ParameterField("policy", \.policy, "the recipe")] }
  }
  static let name = "augment"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("split", .split, .one, ""), InputPort("images", .images, .optional, ""),
    ], outputs: [OutputPort("views", .views, "")])
  init(_ parameters: Parameters) {}
}

struct FineTune: IdleKind {
  struct Parameters: StageParameters {
    var backbone = "cnn"
    var epochs = 10
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("backbone", \.backbone, required: true, "the network"),
        ParameterField("epochs", \.epochs, in: 1 ... .infinity, "passes over the data"),
      ]
    }
  }
  static let name = "fine-tune"
  static let draws = true
  static let ports = Ports(
    inputs: [
      InputPort("images", .images, .one, ""), InputPort("split", .split, .one, ""),
      InputPort("views", .views, .optional, ""),
    ],
    outputs: [
      OutputPort("model", .model, ""), OutputPort("history", .metrics, side: true, ""),
    ])
  init(_ parameters: Parameters) {}
}

struct Evaluate: IdleKind {
  static let name = "evaluate"
  static let ports = Ports(
    inputs: [
      InputPort("model", .model, .one, ""), InputPort("images", .images, .one, ""),
      InputPort("split", .split, .one, ""),
    ],
    outputs: [
      OutputPort("metrics", .metrics, ""), OutputPort("predictions", .predictions, ""),
    ])
  init(_ parameters: NoParameters) {}
}

struct Explain: IdleKind {
  enum Method: String, ParameterChoice {
    case gradCAM = "grad-cam"
    case lime
  }
  struct Parameters: StageParameters {
    var methods = [Method.gradCAM]
    static var fields: [ParameterField<Self>] {
      [ParameterField("methods", \.methods, "what to draw")]
    }
  }
  static let name = "explain"
  static let draws = true
  static let ports = Ports(
    inputs: Evaluate.ports.inputs, outputs: [OutputPort("explanations", .explanations, "")])
  init(_ parameters: Parameters) {}
}

struct Compare: IdleKind {
  static let name = "compare"
  static let ports = Ports(
    inputs: [InputPort("metrics", .metrics, .many, "")],
    outputs: [OutputPort("metrics", .metrics, "")])
  init(_ parameters: NoParameters) {}
}

/// Accepts two artifacts of one type.
struct TwoInputs: IdleKind {
  static let name = "two-inputs"
  static let ports = Ports(
    inputs: [InputPort("left", .images, .one, ""), InputPort("right", .images, .one, "")],
    outputs: [OutputPort("metrics", .metrics, side: true, "")])
  init(_ parameters: NoParameters) {}
}

/// Produces two artifacts of one type.
struct TwoOutputs: IdleKind {
  static let name = "two-outputs"
  static let ports = Ports(
    outputs: [OutputPort("day", .samples, ""), OutputPort("night", .samples, "")])
  init(_ parameters: NoParameters) {}
}

/// Accepts any input and produces the outputs that its parameters name.
struct Program: IdleKind {
  struct Parameters: StageParameters {
    var gives = ["out"]
    var environment: [String: String] = [:]
    var anything = JSONValue.null
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("gives", \.gives, "output ports"),
        ParameterField("environment", \.environment, "variables"),
        ParameterField("anything", \.anything, "any value"),
      ]
    }
  }
  static let name = "program"
  static let ports = Ports(outputs: [OutputPort("out", .files, "")], open: true)
  private let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }
  func resolvedPorts() -> Ports {
    Ports(outputs: parameters.gives.map { OutputPort($0, .files, "") }, open: true)
  }
}

/// Has an optional location, a one-sided bound, a Boolean and a conflict.
struct Optics: IdleKind {
  struct Parameters: StageParameters {
    var flat: Location?
    var gain = 1.0
    var offset = 0
    var dark = false
    static var fields: [ParameterField<Self>] {
      [
        ParameterField("flat", \.flat, "a flat-field image"),
        ParameterField("gain", \.gain, in: -.infinity...10, "the factor"),
        ParameterField("offset", \.offset, "what is added"),
        ParameterField("dark", \.dark, "whether a dark frame is taken off"),
      ]
    }
    func conflicts() -> [String] {
      dark && offset != 0 ? ["'dark' and 'offset' exclude each other"] : []
    }
  }
  static let name = "optics"
  static let ports = Ports(outputs: [OutputPort("images", .images, "")])
  static let libraries = ["lens": "1.2"]
  init(_ parameters: Parameters) {}
}
