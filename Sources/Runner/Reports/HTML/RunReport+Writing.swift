internal import Foundation

extension RunReport.Output {
  /// Writes the report to a path, and its files to the folder beside it.
  ///
  /// Other files in the folder stay: somebody may have put them there.
  ///
  /// - Throws: An error of Foundation if a file cannot be written.
  public func write(to path: String) throws {
    let report = URL(fileURLWithPath: path)
    let parent = report.deletingLastPathComponent()
    let manager = FileManager.default
    try manager.createDirectory(at: parent, withIntermediateDirectories: true)
    let folder = parent.appendingPathComponent(ReportPlace(path: path).folder)
    if !files.isEmpty {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
      for file in files {
        try Data(file.bytes).write(to: folder.appendingPathComponent(file.path))
      }
    }
    try Data(html.utf8).write(to: report, options: .atomic)
  }
}
