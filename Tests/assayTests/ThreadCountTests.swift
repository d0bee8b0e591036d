import Foundation
import TestSupport
import Testing

/// One thread or several: the same bytes in every artifact of every stage family.
@Suite struct ThreadCountTests {
  @Test func demoGivesTheSameBytesWithAnyNumberOfThreads() throws {
    let demo = try String(
      contentsOfFile: Repository.path("Pipelines/demo.json"), encoding: .utf8)
    let project = try Project(demo)
    #expect(try project.assay("synthesise", "data/synthetic", "--images", "60").exit == 0)
    // Tiny crops and few epochs: the arithmetic is the same.
    try project.edit(#""size": 64, "epochs": 30"#, to: #""size": 16, "epochs": 2"#)
    try project.edit(#""methods": ["#, to: #""samples": 60, "segments": 12, "methods": ["#)
    let stages = try project.plan().count
    var seen: [Int: [String: String]] = [:]
    let most = min(3, max(2, ProcessInfo.processInfo.activeProcessorCount))
    for threads in 1...most {
      let results = "results-\(threads)"
      let run = try project.assay(
        "run", Project.file, "--cpus", "\(threads)", "--results", results)
      // Networks this small may miss the demo's checks.
      #expect([0, 1].contains(run.exit))
      #expect(run.output.contains("\(stages) executed"), "\(run.text)")
      seen[threads] = try project.digests(in: results)
    }
    let first = try #require(seen[1])
    #expect(Set(first.keys.map { $0.split(separator: ".")[0] }).count == stages)
    for threads in 2...most { #expect(seen[threads] == first) }
  }
}
