internal import Foundation

/// The environment in which numeric libraries produce the same bits on all machines of an
/// architecture and memory is not cleared twice.
///
/// OpenBLAS selects its kernels, and the allocator its settings, when they are loaded. The
/// variables must be set before that, so the program sets them and re-executes itself once.
enum NumericEnvironment {
  /// The variables: kernels that every x86-64 machine with AVX2 supports, and no OpenBLAS threads,
  /// because Assay distributes work itself.
  ///
  /// The allocator's variables make the process keep freed blocks: stages allocate and free about
  /// 100 KB per image, and the system would clear and map those pages again each time.
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

  /// Ensures that the variables are set in this process, unless `ASSAY_NATIVE_BLAS` is set.
  static func pin() {
    let environment = ProcessInfo.processInfo.environment
    guard environment["ASSAY_NATIVE_BLAS"] == nil, environment["ASSAY_PINNED"] == nil else {
      return
    }
    for (name, value) in variables { setenv(name, value, 1) }
    // Prevents an endless loop with a loader that drops the variables.
    setenv("ASSAY_PINNED", "1", 1)
    let words = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", words)
    // If that fails, results remain correct: keys contain the kernels that are used.
  }
}
