import Testing

@testable import Neural

@Suite struct WinogradKernelTests {
  struct Form {
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    let padding: Int
  }

  static let forms = [
    Form(height: 8, width: 8, inputs: 8, outputs: 8, padding: 1),
    Form(height: 7, width: 9, inputs: 16, outputs: 24, padding: 1),
    Form(height: 5, width: 6, inputs: 24, outputs: 40, padding: 0),
    Form(height: 3, width: 3, inputs: 8, outputs: 16, padding: 0),
    // More tiles than are transformed at a time.
    Form(height: 60, width: 58, inputs: 264, outputs: 264, padding: 1),
  ]

  private func network(_ form: Form) throws -> Network {
    var builder = NetworkBuilder()
    builder.add(
      "conv",
      Convolution(
        inputs: form.inputs, outputs: form.outputs, kernel: 3, stride: 1, padding: form.padding,
        hasBias: true))
    return try builder.network(
      input: Shape(height: form.height, width: form.width, channels: form.inputs))
  }

  private func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
    let draws = CounterRandom(seed: seed, 0, 0)
    return (0..<count).map { Float(draws.normal($0)) }
  }

  private func weights(_ network: Network) -> Weights {
    var weights = Weights(network, seed: 3)
    for index in weights.parameters.suffix(network.classes).indices {
      weights.parameters[index] = Float(index % 7) / 7
    }
    return weights
  }

  /// The network's outputs for `count` samples, computed four by four at a time if weights are
  /// prepared, otherwise two by two.
  private func outputs(
    _ network: Network, _ samples: [Float], count: Int, threads: Int, prepared: Bool
  ) -> [Float] {
    var weights = weights(network)
    let workspace = Workspace(network, capacity: count, threads: threads, for: .inference)
    guard prepared else {
      return workspace.forward(&weights, samples, count: count, mode: .evaluation)
    }
    return workspace.forward(
      PreparedWeights(network, weights, threads: threads), samples, count: count)
  }

  /// The gradients with respect to samples and parameters.
  private func gradients(
    _ network: Network, _ samples: [Float], _ outputGradient: [Float], count: Int, threads: Int
  ) -> (samples: [Float], parameters: [Float]) {
    var weights = weights(network)
    let mode = PassMode.training(DropoutDraws(seed: 0, step: 0, firstPosition: 0))
    let workspace = Workspace(network, capacity: count, threads: threads)
    _ = workspace.forward(&weights, samples, count: count, mode: mode)
    var parameters = [Float](repeating: 0, count: network.table.parameterCount)
    let input = parameters.withUnsafeMutableBufferPointer {
      workspace.backward(
        weights, from: outputGradient, count: count, mode: mode, parameterGradient: $0.baseAddress,
        wanted: -1)
    }
    return (input, parameters)
  }

  /// The plain sums in double precision, one value at a time.
  private struct Plain {
    let form: Form
    let network: Network
    let samples: [Float]
    let outputGradient: [Float]
    let kernel: [Float]
    let count: Int

    private func at(_ shape: Shape, _ sample: Int, _ y: Int, _ x: Int, _ channel: Int) -> Int? {
      guard (0..<shape.height).contains(y), (0..<shape.width).contains(x) else { return nil }
      return ((sample * shape.height + y) * shape.width + x) * shape.channels + channel
    }

    private func place(_ index: Int, _ shape: Shape) -> (Int, Int, Int, Int) {
      let (line, x) = (index / shape.channels).quotientAndRemainder(dividingBy: shape.width)
      return (line / shape.height, line % shape.height, x, index % shape.channels)
    }

    private func weight(_ tap: Int, _ input: Int, _ output: Int) -> Double {
      Double(kernel[(tap * form.inputs + input) * form.outputs + output])
    }

    func output(_ index: Int) -> Double {
      let (sample, y, x, output) = place(index, network.shapes[0])
      var sum = Double(kernel[9 * form.inputs * form.outputs + output])
      for tap in 0..<9 {
        for input in 0..<form.inputs {
          let (row, column) = (y + tap / 3 - form.padding, x + tap % 3 - form.padding)
          guard let from = at(network.input, sample, row, column, input) else { break }
          sum += Double(samples[from]) * weight(tap, input, output)
        }
      }
      return sum
    }

    func sampleGradient(_ index: Int) -> Double {
      let (sample, y, x, input) = place(index, network.input)
      var sum = 0.0
      for tap in 0..<9 {
        for output in 0..<form.outputs {
          let (row, column) = (y - tap / 3 + form.padding, x - tap % 3 + form.padding)
          guard let from = at(network.shapes[0], sample, row, column, output) else { break }
          sum += Double(outputGradient[from]) * weight(tap, input, output)
        }
      }
      return sum
    }

    func parameterGradient(_ index: Int) -> Double {
      let (row, output) = index.quotientAndRemainder(dividingBy: form.outputs)
      let (tap, input) = row.quotientAndRemainder(dividingBy: form.inputs)
      let shape = network.shapes[0]
      var sum = 0.0
      for position in 0..<count * shape.positions {
        let (sample, y, x, _) = place(position * shape.channels, shape)
        let dy = Double(outputGradient[position * shape.channels + output])
        if tap == 9 {
          sum += dy
        } else if let from = at(
          network.input, sample, y + tap / 3 - form.padding, x + tap % 3 - form.padding, input)
        {
          sum += dy * Double(samples[from])
        }
      }
      return sum
    }
  }

  /// The relative distance of a sample of the numbers from the plain sums.
  private func distance(_ numbers: [Float], _ plain: (Int) -> Double) -> Double {
    var (apart, size) = (0.0, 0.0)
    for index in stride(from: 0, to: numbers.count, by: max(1, numbers.count / 997)) {
      let exact = plain(index)
      apart += (Double(numbers[index]) - exact) * (Double(numbers[index]) - exact)
      size += exact * exact
    }
    return (apart / size).squareRoot()
  }

  @Test(arguments: forms) func agreesWithThePlainSum(form: Form) throws {
    let network = try network(form)
    let samples = numbers(2 * network.input.count, 1)
    let outputGradient = numbers(2 * network.shapes[0].count, 4)
    let plain = Plain(
      form: form, network: network, samples: samples, outputGradient: outputGradient,
      kernel: weights(network).parameters, count: 2)
    let four = outputs(network, samples, count: 2, threads: 1, prepared: true)
    let two = outputs(network, samples, count: 2, threads: 1, prepared: false)
    #expect(distance(four, plain.output) < 1e-5)
    #expect(distance(two, plain.output) < 1e-6)
    #expect(four != two, "both ways are one")
    let gradients = gradients(network, samples, outputGradient, count: 2, threads: 2)
    #expect(distance(gradients.samples, plain.sampleGradient) < 1e-6)
    #expect(distance(gradients.parameters, plain.parameterGradient) < 1e-6)
    let bias = gradients.parameters.count - form.outputs
    let ofBias = (0..<form.outputs).map { plain.parameterGradient(bias + $0) }
    #expect(distance(Array(gradients.parameters.suffix(form.outputs))) { ofBias[$0] } < 1e-6)
  }

  @Test(arguments: forms) func threadsAndOtherSamplesDoNotChangeBits(form: Form) throws {
    let network = try network(form)
    let samples = numbers(3 * network.input.count, 2)
    for prepared in [true, false] {
      let all = outputs(network, samples, count: 3, threads: 1, prepared: prepared)
      let again = outputs(network, samples, count: 3, threads: 3, prepared: prepared)
      #expect(all.elementsEqual(again))
      let last = outputs(
        network, Array(samples.suffix(network.input.count)), count: 1, threads: 2,
        prepared: prepared)
      #expect(last.elementsEqual(all.suffix(last.count)))
    }
    let outputGradient = numbers(3 * network.shapes[0].count, 5)
    let one = gradients(network, samples, outputGradient, count: 3, threads: 1)
    let three = gradients(network, samples, outputGradient, count: 3, threads: 3)
    #expect(one.samples.elementsEqual(three.samples))
    #expect(one.parameters.elementsEqual(three.parameters))
  }
}
