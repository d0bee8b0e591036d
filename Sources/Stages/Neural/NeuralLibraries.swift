internal import COpenBLAS

/// The numeric libraries that can affect the bits of a result.
public enum NeuralLibraries {
  /// The version of OpenBLAS, the core whose kernels it selected, and the processor architecture,
  /// by name.
  public static var versions: [String: String] {
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
    let words = String(cString: openblas_get_config()).split(separator: " ").map(String.init)
    let version = words.firstIndex(of: "OpenBLAS").map { words.dropFirst($0 + 1).first ?? "" }
    return [
      "openblas": version ?? words.joined(separator: " "),
      "openblas-core": String(cString: openblas_get_corename()),
      "architecture": architecture,
    ]
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}
