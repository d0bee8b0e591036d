import PipelineDSL
import Testing

@Suite struct LogTailTests {
  /// The end of a log as written by Swift 6.3 on Linux, with registers and images shortened.
  private let crash = """
    epoch 1
    warning: odd
    Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range

    *** Signal 4: Backtracing from 0x7ff70e96df7f... done ***

    *** Program crashed: Illegal instruction at 0x00007ff70e96df7f ***

    Platform: x86_64 Linux (Debian GNU/Linux 12 (bookworm))

    Thread 0 "assay" crashed:

      0      0x00007ff70e96df7f closure #1 in closure #1 in _assertionFailure(_:_:file:line:flags:) + 623 in libswiftCore.so
      1 [ra] 0x00007ff70eaf961f _assertionFailure(_:_:file:line:flags:) + 302 in libswiftCore.so
      2 [ra] 0x00007ff70ef7cf65 specialized Array.subscript.getter + 84 in libswiftSwiftOnoneSupport.so
      3 [ra] [inlined] 0x000056371f40f1f1 RowFile.keep(_:as:) in assay at /src/Neural/RowFile.swift:62:5
      4 [ra] 0x000056371f40f089 FrozenFront.rows(looks:) + 56 in assay at /src/Neural/FrozenFront.swift:95:12
      5 [ra] 0x000056371f40f3b8 main + 231 in assay
    ...


    Registers:

    rax 0x0000000000000000  0
    rbp 0x00007ffcca4ca6d0  80 a7 4c ca fc 7f 00 00 1f 96 af 0e f7 7f 00 00  ·§LÊü·····¯·÷···


    Images (12 omitted):

    0x000056371f40e000–0x000056371f40f960 5145ec1f977b6f189d23e8a0218a124e9f28a0ba assay /src/assay

    Backtrace took 0.01s

    """

  @Test func crashLogsEndWithTheMessageAndOwnFrames() {
    #expect(
      LogTail.lines(of: crash) == [
        "epoch 1", "warning: odd",
        "Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range",
        "  at RowFile.keep(_:as:) in RowFile.swift:62:5",
        "  at FrozenFront.rows(looks:) in FrozenFront.swift:95:12", "  at main",
      ])
    #expect(
      LogTail.lines(of: crash, limit: 4).first
        == "Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range")
  }

  @Test func ordinaryLogsKeepTheirLastLines() {
    #expect(LogTail.lines(of: "") == [])
    #expect(LogTail.lines(of: "a\n\nb\n", limit: 5) == ["a", "b"])
    #expect(
      LogTail.lines(of: (1...30).map(String.init).joined(separator: "\n"), limit: 2) == [
        "29", "30",
      ])
  }
}
