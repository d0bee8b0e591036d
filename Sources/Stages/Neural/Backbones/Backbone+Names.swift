/// The names of tensors in the reference files.
extension Backbone {
  /// Whether a tensor in a reference file belongs to its head, or to an auxiliary head.
  static func isOfHead(_ tensor: String) -> Bool {
    ["classifier.", "fc.", "lstm."].contains { tensor.hasPrefix($0) } || isOfAuxiliaryHead(tensor)
  }

  /// Whether a tensor belongs to a head that only helps to train: one in Inception-v3, two in
  /// GoogLeNet.
  static func isOfAuxiliaryHead(_ tensor: String) -> Bool {
    ["AuxLogits.", "aux1.", "aux2."].contains { tensor.hasPrefix($0) }
  }

  /// The current name of a tensor: the public file of DenseNet-121 has `denselayer1.norm.1.weight`
  /// where torchvision now has `denselayer1.norm1.weight`.
  static func currentName(_ tensor: String) -> String {
    guard tensor.contains(".denselayer") else { return tensor }
    return ["norm", "conv"].reduce(tensor) { name, part in
      name.replacing(".\(part).1.", with: ".\(part)1.")
        .replacing(".\(part).2.", with: ".\(part)2.")
    }
  }
}
