/// Weights as published: safetensors, or files written by `torch.save`.
public enum WeightFile {
  /// Decodes the tensors of a file, sorted by name; the first bytes determine the format.
  ///
  /// Throws the errors of `PyTorchFile.decode` and `Safetensors.decode`.
  public static func decode(_ bytes: [UInt8]) throws(NeuralError) -> [Tensor] {
    PyTorchFile.isArchive(bytes) || PyTorchFile.isLegacy(bytes)
      ? try PyTorchFile.decode(bytes) : try Safetensors.decode(bytes)
  }
}
