/// The names of tensors in the files of the references.
extension Backbone {
  /// Whether a tensor in a reference's file belongs to its head, or to the auxiliary one that helps
  /// Inception-v3 train.
  static func isOfHead(_ tensor: String) -> Bool {
    ["classifier.", "fc.", auxiliaryHead].contains { tensor.hasPrefix($0) }
  }

  /// What the names of the auxiliary head's tensors begin with.
  static let auxiliaryHead = "AuxLogits."

  /// The name that a tensor has today: the public file of DenseNet-121 says `denselayer1.norm.1.weight`
  /// where torchvision now says `denselayer1.norm1.weight`.
  static func currentName(_ tensor: String) -> String {
    guard tensor.contains(".denselayer") else { return tensor }
    return ["norm", "conv"].reduce(tensor) { name, part in
      name.replacing(".\(part).1.", with: ".\(part)1.")
        .replacing(".\(part).2.", with: ".\(part)2.")
    }
  }
}
