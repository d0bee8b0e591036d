internal import Foundation
internal import Neural

// Network weights.
extension FuzzFormat {
  static let safetensors = FuzzFormat(
    name: "safetensors",
    seeds: { fixtures in
      let folder = fixtures + "/NeuralTests/Fixtures/pytorch"
      let made = Safetensors.encode([
        Tensor(name: "a.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, .nan]),
        Tensor(name: "b\"\\", shape: [], values: [0]),
      ])
      return try files(folder, ending: ".safetensors") + [made]
    },
    tokens: texts([
      "\"F32\"", "\"BF16\"", "\"I64\"", "\"__metadata__\":{},", "[0,8]", "\"shape\":[", "[]", "1e3",
      "9223372036854775807", "[4294967296,4294967296]", "{\"a\":",
    ]), share: 7
  ) { input, _ in
    let tensors: [Tensor]
    do { tensors = try Safetensors.decode(input) } catch { return refused(error) }
    if let again = try? Safetensors.decode(Safetensors.encode(tensors)) {
      let isSame = again.elementsEqual(tensors) { one, other in
        one.name == other.name && one.shape == other.shape
          && one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
      }
      guard isSame else { throw FuzzError("it reads differently after it is written") }
    } else if !tensors.isEmpty {
      throw FuzzError("it cannot be read after it is written")
    }
    return .taken("\(tensors.count) tensors")
  }

  static let pytorch = FuzzFormat(
    name: "pytorch",
    seeds: { fixtures in
      let folder = fixtures + "/NeuralTests/Fixtures/pytorch"
      return try files(folder, ending: ".pth") + files(folder, ending: ".pt")
    },
    tokens: [
      [0x28], [0x2E], [0x52], [0x51], [0x63], [0x74], [0x75], [0x7D], [0x85], [0x86], [0x87],
      [0x94], [0x68, 0], [0x71, 0], [0x8A, 8, 255, 255, 255, 255, 255, 255, 255, 127],
    ] + texts(["ctorch._utils\n_rebuild_tensor_v2\n", "cos\nsystem\n", "ctorch\nHalfStorage\n"]),
    share: 5, repair: repairArchive,
    // The pickle's values take up to the file's size plus 48 MiB, views of shared storages 32 MiB.
    allowance: (1 << 20, 512), declared: { _ in 96 << 20 }
  ) { input, _ in
    do { return .taken("\(try WeightFile.decode(input).count) tensors") } catch {
      return refused(error)
    }
  }
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
