import Testing

@testable import Neural

@Suite struct SpareWorkspaceTests {
  private let spare: SpareWorkspace<Workspace>

  init() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4))
    spare = SpareWorkspace { Workspace(network, capacity: $0, threads: 1) }
  }

  private func lent(_ count: Int) -> Workspace { spare.lend(count: count) { $0 } }

  @Test func largeEnoughWorkspacesAreReused() {
    let first = lent(4)
    #expect(lent(4) === first && lent(1) === first)
    let larger = lent(5)
    #expect(larger !== first && larger.capacity == 5)
    #expect(lent(4) === larger)
  }

  @Test func tooSmallWorkspacesAreFreed() {
    weak var first: Workspace?
    spare.lend(count: 2) { first = $0 }
    #expect(first != nil)
    spare.lend(count: 3) { _ in #expect(first == nil) }
  }

  @Test func workspacesInUseAreNotLentAgain() {
    spare.lend(count: 2) { outer in
      spare.lend(count: 2) { #expect($0 !== outer) }
    }
  }
}
