internal import Foundation

/// The environment in which numeric libraries give the same bits on every machine of an
/// architecture, and memory is not cleared twice.
///
/// OpenBLAS chooses its kernels while it is loaded, and the allocator its ways, so the variables must be
/// there before: the program sets them and starts itself anew, once, in place.
enum NumericEnvironment {
  /// The variables: the kernels every x86-64 machine with AVX2 has, and no threads of OpenBLAS's
  /// own, since Assay splits work itself.
  ///
  /// The allocator's keep freed blocks with the process: stages take and free some 100 KB for every
  /// image, whose pages the system would clear and map anew each time.
  static var variables: [String: String] {
    var variables = [
      "OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "33554432",
      "MALLOC_TRIM_THRESHOLD_": "134217728",
    ]
    #if arch(x86_64)
      variables["OPENBLAS_CORETYPE"] = "Haswell"
    #endif
    return variables
  }

  /// Makes sure that the variables hold in this process, unless `ASSAY_NATIVE_BLAS` lifts that.
  static func pin() {
    let environment = ProcessInfo.processInfo.environment
    guard environment["ASSAY_NATIVE_BLAS"] == nil, environment["ASSAY_PINNED"] == nil else {
      return
    }
    for (name, value) in variables { setenv(name, value, 1) }
    // Kept so that a loader which drops the variables cannot make this a loop.
    setenv("ASSAY_PINNED", "1", 1)
    let words = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", words)
    // Where that is refused the keys say which kernels were used, so results stay honest.
  }
}
