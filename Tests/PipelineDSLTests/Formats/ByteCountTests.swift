import PipelineDSL
import Testing

@Suite struct ByteCountTests {
  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (310 << 20, "310 MiB"), (5 << 30, "5.0 GiB"),
    (-1536, "-1.5 KiB"),
  ])
  func countsAreFormatted(bytes: Int, text: String) { #expect(ByteCount.text(bytes) == text) }
}
