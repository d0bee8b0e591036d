import Testing

@testable import Neural

@Suite struct SpareWorkspaceTests {
  private let spare: SpareWorkspace

  init() throws {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4))
    spare = SpareWorkspace(inference: network, gradients: network, threads: 1)
  }

  private func lent(_ purpose: Workspace.Purpose, _ count: Int) -> Workspace {
    spare.lend(for: purpose, count: count) { $0 }
  }

  @Test func largeEnoughWorkspacesAreReused() {
    let first = lent(.inference, 4)
    #expect(lent(.inference, 4) === first && lent(.inference, 1) === first)
    let larger = lent(.inference, 5)
    #expect(larger !== first && larger.capacity == 5)
    #expect(lent(.inference, 4) === larger)
  }

  @Test func workspacesForAnotherPurposeAreFreed() {
    weak var first: Workspace?
    spare.lend(for: .inference, count: 2) { first = $0 }
    #expect(first != nil)
    spare.lend(for: .gradients, count: 2) {
      #expect($0.purpose == .gradients && first == nil)
    }
  }

  @Test func workspacesInUseAreNotLentAgain() {
    spare.lend(for: .inference, count: 2) { outer in
      spare.lend(for: .inference, count: 2) { #expect($0 !== outer) }
    }
  }
}
