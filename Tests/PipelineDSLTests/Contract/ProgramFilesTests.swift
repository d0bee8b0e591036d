import PipelineDSL
import Testing

@Suite struct ProgramFilesTests {
  @Test func eachQuestionIsAskedOnce() {
    let known = ProgramFiles()
    var asked: [String] = []
    for _ in 0..<3 {
      let found = known.executable("cp", along: "/bin") { name, path in
        asked.append("\(name) along \(path)")
        return "\(path)/\(name)"
      }
      #expect(found == "/bin/cp")
      #expect(
        !known.isFile("x") {
          asked.append($0)
          return false
        })
    }
    #expect(asked == ["cp along /bin", "x"])
  }

  @Test func absentProgramIsRememberedAndPathsAreKeptApart() {
    let known = ProgramFiles()
    var asked = 0
    for _ in 0..<2 {
      let found = known.executable("cp", along: "/a") { _, _ in
        asked += 1
        return nil
      }
      #expect(found == nil)
    }
    #expect(asked == 1)
    #expect(known.executable("cp", along: "/b") { $1 + "/" + $0 } == "/b/cp")
  }

  @Test func answersBeyondTheLimitAreStillRight() {
    let known = ProgramFiles()
    for number in 0..<70_000 {
      #expect(known.isFile("\(number)") { $0.hasSuffix("7") } == (number % 10 == 7))
    }
    var asked = 0
    _ = known.isFile("69999") { _ in
      asked += 1
      return true
    }
    #expect(asked == 1, "not kept")
  }
}
