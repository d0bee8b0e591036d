internal import Foundation
internal import Synchronization

// Parsers that fail on an input that contains an X, each in a different way.
extension FuzzFormat {
  static let trap = broken("broken-trap") { input in
    let empty: [UInt8] = []
    _ = empty[input.count]
  }

  static let hang = broken("broken-hang") { _ in
    while true { spins.add(1, ordering: .relaxed) }
  }

  static let hunger = broken("broken-memory") { _ in
    let block = malloc(64 << 20)
    spins.add(block == nil ? 0 : 1, ordering: .relaxed)
    free(block)
  }

  static let leak = broken("broken-leak") { _ in
    let block = malloc(200_000)
    spins.add(block == nil ? 0 : 1, ordering: .relaxed)
  }

  static let lie = broken("broken-fault") { _ in throw FuzzError("it reads differently") }

  // Opaque to the compiler, so that it removes nothing.
  private static let spins = Atomic(0)

  private static func broken(
    _ name: String, _ fail: @escaping @Sendable ([UInt8]) throws -> Void
  ) -> FuzzFormat {
    FuzzFormat(
      name: name, seeds: { _ in texts(["abc", "ab\n"]) }, tokens: texts(["X"]), isText: true
    ) { input, _ in
      if input.contains(UInt8(ascii: "X")) { try fail(input) }
      return .taken("no X")
    }
  }
}
