/// Weights as others publish them: safetensors, or what `torch.save` writes.
public enum WeightFile {
  /// The tensors of a file, sorted by name; its first bytes tell the format.
  ///
  /// Throws as `PyTorchFile.decode` and `Safetensors.decode` do.
  public static func decode(_ bytes: [UInt8]) throws(NeuralError) -> [Tensor] {
    PyTorchFile.isArchive(bytes) || PyTorchFile.isLegacy(bytes)
      ? try PyTorchFile.decode(bytes) : try Safetensors.decode(bytes)
  }
}
