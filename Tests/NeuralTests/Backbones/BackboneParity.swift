import Testing

@testable import Neural

/// A backbone compared with the numbers of its reference from Fixtures/backbones.py.
struct BackboneParity {
  /// The output of the script.
  private struct Reference: Decodable {
    struct Pass: Decodable {
      let size, salt: Int
      let logits: [Double]
      let blocks: [[Double]]
      let input: [Double]
      let gradients: [String: [Double]]
    }

    let tensors: [String]
    let sizes: [Pass]
    let edges: [Int]
  }

  let backbone: Backbone
  let head: Backbone.Head
  private let expected: Reference

  init(_ backbone: Backbone, _ head: Backbone.Head = .plain, fixture name: String) throws {
    (self.backbone, self.head) = (backbone, head)
    expected = try fixture(name, as: Reference.self)
  }

  private func network(_ size: Int) throws -> Network {
    try backbone.network(
      Backbone.Form(size: size, classes: 4, keepsStatistics: true, head: head))
  }

  /// Checks that the tensors have the reference's names, shapes and order.
  func expectTensors() throws {
    let entries = try network(75).table.entries
    #expect(
      entries.map { "\($0.name) \($0.shape.map(String.init).joined(separator: "x"))" }
        == expected.tensors)
  }

  /// Checks that the network can be split at any block, and that both parts together produce the
  /// bits of the whole.
  func expectParts() throws {
    let network = try network(75)
    for open in 0...network.blocks.count {
      let cut = network.cut(open: open)
      if cut > 0 { _ = try network.part(0..<cut) }
      #expect(try network.part(cut...).classes == 4)
    }
    let whole = Weights(network, seed: 1)
    let images = formula(2 * network.input.count, salt: 1)
    func run(_ network: Network, _ input: [Float]) throws -> [Float] {
      var weights = try whole.part(network)
      return Workspace(network, capacity: 2, threads: 2, for: .inference)
        .forward(&weights, input, count: 2, mode: .evaluation)
    }
    let cut = network.cut(open: network.blocks.count / 2)
    let kept = try run(try network.part(0..<cut), images)
    #expect(try run(try network.part(cut...), kept) == run(network, images))
  }

  /// Checks that every image size from 75 on has as many positions as in the reference.
  func expectEdges() throws {
    for (offset, edge) in expected.edges.enumerated() {
      let network = try network(75 + offset)
      let shape = network.shapes[network.head - 1]
      #expect((shape.height, shape.width) == (edge, edge), "\(75 + offset) pixels")
    }
  }

  /// Checks that the logits, the outputs of each block, and the gradients of the sum of logits
  /// times formula(2) agree; so must the logits of the folded network.
  func expectNumbers() throws {
    let names = expected.tensors.compactMap { $0.split(separator: " ").first.map(String.init) }
    let tensors = try BackboneTests.tensors(try network(75), names)
    for pass in expected.sizes {
      let network = try network(pass.size)
      var weights = try Weights(network, tensors: tensors)
      let images = formula(2 * network.input.count, salt: pass.salt)
      let workspace = Workspace(network, capacity: 2, threads: 2)
      let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
      let logits = workspace.forward(&weights, images, count: 2, mode: mode)
      #expect(difference(logits, pass.logits) < 1e-5)
      let ends = network.blocks.dropFirst().map { $0 - 1 } + [network.head - 1]
      #expect(ends.count == pass.blocks.count)
      for (index, (end, block)) in zip(ends, pass.blocks).enumerated() {
        expectFingerprint(
          workspace.output(end, count: 2), block, tolerance: 1e-5, "block \(index)")
      }
      try expectGradients(workspace, weights, pass, mode)
      try expectFolded(network, weights, images, pass.logits)
    }
  }

  private func expectGradients(
    _ workspace: Workspace, _ weights: Weights, _ pass: Reference.Pass, _ mode: PassMode
  ) throws {
    let table = workspace.network.table
    var gradient = [Float](repeating: .nan, count: table.parameterCount)
    let inner = gradient.withUnsafeMutableBufferPointer {
      workspace.backward(
        weights, from: formula(8, salt: 2), count: 2, mode: mode,
        parameterGradient: $0.baseAddress, wanted: -1)
    }
    expectFingerprint(inner, pass.input, tolerance: 1e-4, "input")
    for entry in table.entries where !entry.isStatistic {
      let values = Weights.reordered(
        Array(gradient[entry.offset..<entry.offset + entry.count]), shape: entry.shape,
        toOIHW: true)
      let wanted = try #require(pass.gradients[entry.name])
      expectFingerprint(values, wanted, tolerance: 1e-4, entry.name)
    }
  }

  private func expectFolded(
    _ network: Network, _ weights: Weights, _ images: [Float], _ logits: [Double]
  ) throws {
    let folded = try network.folded(weights)
    var foldedWeights = folded.weights
    let found = Workspace(folded.network, capacity: 2, threads: 2, for: .inference)
      .forward(&foldedWeights, images, count: 2, mode: .evaluation)
    #expect(difference(found, logits) < 1e-5)
  }

  /// Compares the norm and two random products.
  ///
  /// An error as large as `tolerance` times the norm changes a product by about that times the
  /// deviation of the random numbers, 0.29.
  private func expectFingerprint(
    _ values: some RandomAccessCollection<Float>, _ wanted: [Double], tolerance: Double,
    _ name: String
  ) {
    let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(norm - wanted[0]) < tolerance * wanted[0], "\(name): norm")
    for (salt, product) in zip([3, 4], wanted.dropFirst()) {
      let random = formula(values.count, salt: salt)
      let found = zip(values, random).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(found - product) < 0.29 * tolerance * wanted[0], "\(name): product \(salt)")
    }
  }
}
