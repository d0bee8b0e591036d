import Foundation
import TestSupport
import Testing

/// A short run of the fuzzer over every format, and what it does when a parser fails.
///
/// The long run is `make fuzz`; see docs/fuzzing.md.
@Suite struct FuzzTests {
  /// Every format, with as many inputs as an unoptimised build tests in a few seconds.
  static let formats: [(name: String, count: Int)] = [
    ("json", 8000), ("pipeline", 1200), ("csv", 12000), ("tables", 6000), ("manifest", 12000),
    ("locations", 12000), ("key", 6000), ("job", 6000), ("reply", 8000), ("npy", 16000),
    ("npz", 8000), ("safetensors", 12000), ("pytorch", 6000), ("bmp", 12000), ("png", 12000),
    ("jpeg", 8000), ("tiff", 8000),
  ]

  @Test func listsTheseFormats() throws {
    let listed = try FuzzProcess.run(["--list"]).text.split(separator: "\n").map(String.init)
    #expect(listed == Self.formats.map(\.name))
  }

  @Test(arguments: formats)
  func noInputCrashesHangsOrTakesTooMuchMemory(_ format: (name: String, count: Int)) throws {
    let folder = try TemporaryFolder()
    let run = try FuzzProcess.run([
      "--format", format.name, "--count", String(format.count), "--limit", "20", "--out",
      folder.path, "--fixtures", FuzzProcess.fixtures,
    ])
    #expect(run.exit == 0, "\(run.text)")
    #expect(run.text.contains("\(format.count) inputs in all, 0 findings"))
    // If all inputs were refused at the first byte, the test would show nothing.
    #expect(!run.text.contains(" 0 taken"), "\(run.text)")
  }

  @Test func equalSeedsGiveEqualInputs() throws {
    func sum(_ seed: String) throws -> Substring? {
      let folder = try TemporaryFolder()
      let run = try FuzzProcess.run([
        "--format", "csv", "--count", "500", "--seed", seed, "--out", folder.path, "--fixtures",
        FuzzProcess.fixtures,
      ])
      return run.text.split(separator: ";").dropFirst().first
    }
    #expect(try sum("7") != nil && sum("7") == sum("7"))
    #expect(try sum("7") != sum("8"))
  }

  /// Parsers that fail on purpose: each failure is found, kept and reproducible.
  @Test(arguments: [
    ("broken-trap", "crash"), ("broken-hang", "hang"), ("broken-memory", "memory"),
    ("broken-leak", "leak"), ("broken-fault", "fault"),
  ])
  func findsFailures(_ format: String, _ reason: String) throws {
    let folder = try TemporaryFolder()
    let run = try FuzzProcess.run([
      "--format", format, "--count", "3000", "--limit", "0.3", "--out", folder.path,
    ])
    #expect(run.exit == 1)
    #expect(run.text.contains("  \(reason)"), "\(run.text)")
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".bin") }
    let first = try #require(kept.first)
    #expect(run.text.contains("assay-fuzz repeat \(format) "))
    let input = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + first))
    #expect(input.contains(UInt8(ascii: "X")))
    // A leak only shows over many inputs, and a hang would hang again.
    guard !["leak", "hang"].contains(reason) else { return }
    let again = try FuzzProcess.run(["repeat", format, folder.path + "/" + first])
    #expect(again.exit != 0)
  }

  @Test func refusesInvalidArguments() throws {
    #expect(try FuzzProcess.run(["--format", "nothing"]).exit == 2)
    #expect(try FuzzProcess.run(["--count", "many"]).exit == 2)
    #expect(try FuzzProcess.run(["--colour"]).exit == 2)
    let folder = try TemporaryFolder()
    for (format, exit) in [("csv", 0), ("bmp", 1)] as [(String, Int32)] {
      let run = try FuzzProcess.run([
        "--format", format, "--count", "20", "--out", folder.path, "--fixtures", "/nowhere",
      ])
      #expect(run.exit == exit, "\(run.text)")
    }
  }
}
