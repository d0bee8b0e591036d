internal import Execution
internal import Reports
internal import Store

/// How the command ends after an error: the exit code and the message.
struct ErrorEnding {
  let code: Int
  /// The message; `nil` if everything has been printed already.
  let text: String?
  /// Whether the text is a list of diagnostics, which contain their own positions.
  let isList: Bool

  init(_ error: any Error) {
    switch error {
    case let error as CommandError: self.init(error)
    case let error as QueryError: self.init(2, error.description)
    case let error as RunError: self.init(error)
    case let error as StoreError:
      self.init(error.damaged ? 6 : 1, String(describing: error))
    default: self.init(1, String(describing: error))
    }
  }

  private init(_ code: Int, _ text: String?, isList: Bool = false) {
    (self.code, self.text, self.isList) = (code, text, isList)
  }

  private init(_ error: CommandError) {
    switch error {
    case .usage(let text): self.init(2, text + "\n(see assay --help)")
    case .invalid(let text): self.init(3, text, isList: true)
    case .failed(let text): self.init(1, text)
    case .damaged(let text): self.init(6, text)
    case .exit(let code): self.init(code, nil)
    }
  }

  private init(_ error: RunError) {
    let text = String(describing: error)
    switch error {
    case .invalid, .resources, .locations: self.init(3, text, isList: true)
    case .usage: self.init(2, text)
    case .store(let inner): self.init(inner.damaged ? 6 : 1, text)
    case .refused: self.init(1, text)
    }
  }
}
