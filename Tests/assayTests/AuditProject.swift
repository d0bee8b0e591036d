import Foundation
import PipelineDSL
import Testing

@testable import Execution
@testable import Stages
@testable import Store
@testable import assay

/// A project that contains everything an audit checks.
enum AuditProject {
  static let pipeline = """
    {
      "assay": 1,
      "name": "audited",
      "parameters": { "seed": 3, "word": "w", "images": "images" },
      "axes": { "n": [1, 2] },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "${images}" } },
        "labels": {
          "uses": "harmonise-labels", "needs": "source",
          "with": { "scheme": "custom", "mapping": { "red": "warm", "green": "cold" } }
        },
        "make": {
          "uses": "command",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "echo ${word} ${n} $ASSAY_SEED > {outputs.files}/a; echo b > {outputs.files}/b; echo said"
            ]
          }
        },
        "draw": {
          "uses": "command", "needs": { "x": "make" },
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "od -N 8 -x /dev/urandom > {outputs.files}/r; cat {inputs.x}/a > {outputs.files}/a; echo '{\\"m\\": 0.5}' > {outputs.files}/metrics.json"
            ]
          },
          "checks": [{ "metric": "m", "at-least": 0.25 }]
        },
        "all": {
          "uses": "command", "needs": { "x": "make", "samples": "labels.samples" },
          "gather": "n",
          "with": {
            "argv": [
              "/bin/sh", "-c",
              "find {inputs.x} -name a | sort | xargs cat > {outputs.files}/all; echo '{\\"m\\": 1, \\"t\\": \\"x\\"}' > {outputs.files}/metrics.json"
            ]
          }
        }
      }
    }
    """

  /// The project with its images and a file that is not an image, after its first run.
  static func make() throws -> Project {
    let project = try Project(pipeline)
    try TinyImages.write(to: project, perClass: 3)
    try project.write("no image", to: "images/red/note.txt")
    try project.executed()
    return project
  }
}

extension Project {
  /// Audits a run in this process.
  func audited(_ run: String = "latest", expect: String? = nil) throws -> AuditReport {
    let layout = try StoreLayout(root: path(results + "/store"))
    let auditor = RunAuditor(
      catalogue: StageCatalogue.all, cache: ActionCache(ObjectStore(layout)),
      records: try records(), threads: 2, version: AssayVersion.text)
    return try auditor.audit(run, expect: expect)
  }

  /// The regular files below a folder of the store, as sorted paths relative to the project.
  func filesOfStore(_ folder: String) throws -> [String] {
    let root = "\(results)/store/\(folder)"
    let walk = try #require(FileManager.default.enumerator(atPath: path(root)))
    return walk.compactMap { $0 as? String }.map { "\(root)/\($0)" }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path($0), isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  /// Overwrites a file of the store, which is read-only.
  func overwrite(_ name: String, _ bytes: [UInt8]) throws {
    chmod(path(name), 0o644)
    try write(bytes, to: name)
  }
}
