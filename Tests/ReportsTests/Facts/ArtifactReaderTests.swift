import PipelineDSL
import Store
import Testing

@testable import Reports

struct ArtifactReaderTests {
  private func artifact(_ store: SampleStore, _ text: String) throws -> ArtifactRow {
    let manifest = try store.store(.init("o", .files, text: ["t.csv": text]))
    return ArtifactRow(
      stageRun: 1, port: "o", type: .files, digest: manifest.digest, bytes: manifest.totalSize)
  }

  @Test func readsTables() throws {
    let store = try SampleStore()
    let reader = ArtifactReader(store.objects)
    guard case .value(let files) = reader.files(try artifact(store, "a,b\n1,2\n")),
      case .value(let table)? = reader.table("t.csv", in: files)
    else {
      Issue.record("the table was not read")
      return
    }
    #expect(table.rows == [["1", "2"]])
    #expect(reader.table("other.csv", in: files)?.reason == nil)
  }

  @Test func reportsMissingAndMalformedFiles() throws {
    let store = try SampleStore()
    let reader = ArtifactReader(store.objects)
    let row = try artifact(store, "a,b\n1\n")
    guard case .value(let files) = reader.files(row) else {
      Issue.record("the manifest was not read")
      return
    }
    #expect(
      reader.table("t.csv", in: files)?.reason == "t.csv: line 2: 1 fields, but the header has 2")
    try store.lose(files[0].digest)
    #expect(reader.table("t.csv", in: files)?.reason?.contains("missing from the store") == true)
    try store.lose(row.digest)
    #expect(reader.files(row).reason?.contains("missing from the store") == true)
  }
}

extension ArtifactReader.Found {
  /// Why there is no value.
  fileprivate var reason: String? {
    if case .missing(let reason) = self { reason } else { nil }
  }
}
