import PipelineDSL
import Testing

@Suite struct ManifestLineTests {
  private let hex = Digest.of("x").hex

  @Test func lineRoundTrips() throws {
    let line = ManifestLine(path: "a b/c\\d\ne", size: 12, digest: Digest.of("x"))
    #expect(line.text == "\(hex) 12 a b/c\\\\d\\ne\n")
    #expect(ManifestLine(parsing: line.text.dropLast()) == line)
  }

  @Test func invalidLinesAreRefused() {
    for text in [
      "", hex, "\(hex) 1", "\(hex) 1 ", "\(hex) x a", "\(hex) -1 a", "ab 1 a",
      "\(hex.uppercased()) 1 a", " \(hex) 1 a",
    ] {
      #expect(ManifestLine(parsing: text[...]) == nil, "\(text)")
    }
  }
}
