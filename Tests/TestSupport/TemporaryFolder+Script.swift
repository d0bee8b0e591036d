internal import Foundation

extension TemporaryFolder {
  /// Writes a script that can be run, and returns its path.
  ///
  /// A program copies it: a file that this process had open for writing cannot be run while another
  /// thread starts a process, which inherits it for a moment.
  @discardableResult
  package func writeScript(_ path: String, _ text: String) throws -> String {
    let source = try write(path + ".txt", text)
    let target = self.path(path)
    let ending = try SpawnedProgram([source, target], in: self.path, program: "/bin/cp").wait()
    guard ending.exit == 0 else { throw HarnessError("cannot copy \(source): \(ending.errors)") }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target)
    return target
  }
}
