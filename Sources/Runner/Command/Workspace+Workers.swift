internal import Foundation

extension Workspace {
  /// The executable for workers, which is this program, and the environment they start in.
  static func workers() throws -> (executable: String, environment: [String: String]) {
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var environment = ProcessInfo.processInfo.environment
    if environment["ASSAY_NATIVE_BLAS"] == nil {
      environment.merge(NumericEnvironment.variables) { _, pinned in pinned }
    }
    return (executable, environment)
  }
}
