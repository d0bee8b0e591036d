import Foundation
import PipelineDSL
import TestSupport
import Testing

@testable import Stages

struct ChildProcessTests {
  private func run(
    _ script: String, environment: [String: String] = [:]
  ) throws -> (ending: ChildProcess.Ending, lines: [String]) {
    var lines: [String] = []
    let child = ChildProcess(
      executable: "/bin/sh", arguments: ["sh", "-c", script], environment: environment)
    let ending = try child.run { lines.append($0) }
    return (ending, lines)
  }

  @Test func capturesBothStreamsAndTheStatus() throws {
    let (ending, lines) = try run("echo out; echo err >&2; printf last; exit 3")
    #expect(ending == .exit(3))
    #expect(lines.sorted() == ["err", "last", "out"])
  }

  @Test func reportsTheSignal() throws {
    #expect(try run("kill -9 $$").ending == .signal(9))
  }

  @Test func environmentIsExactlyAsGiven() throws {
    let lines = try run("/usr/bin/env", environment: ["A": "1", "B": "two words"]).lines
    #expect(lines.contains("A=1"))
    #expect(lines.contains("B=two words"))
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
  }

  @Test func outputMayExceedAPipesCapacity() throws {
    let lines = try run("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done").lines
    #expect(lines.count == 20_000)
    #expect(lines.last == "line 19999")
  }

  @Test func staysInTheProcessGroup() throws {
    let lines = try run("cut -d' ' -f5 /proc/self/stat", environment: ["PATH": "/bin:/usr/bin"])
      .lines
    #expect(lines == [String(getpgrp())])
  }

  @Test func inheritsNoOpenFiles() throws {
    let file = try #require(FileHandle(forReadingAtPath: "/dev/zero"))
    defer { try? file.close() }
    #expect(fcntl(file.fileDescriptor, F_SETFD, 0) == 0)
    let lines = try run("ls /proc/self/fd", environment: ["PATH": "/bin:/usr/bin"]).lines
    // The three standard streams, and the folder that ls itself reads.
    #expect(lines == ["0", "1", "2", "3"])
  }

  @Test func backgroundProcessesDoNotBlock() throws {
    let (ending, lines) = try run("sleep 600 & echo $!", environment: ["PATH": "/bin:/usr/bin"])
    #expect(ending == .exit(0))
    let child = try #require(lines.first.flatMap { pid_t($0) })
    // It still runs, so nothing waited for it.
    #expect(ProcessTable.isRunning(child))
    #expect(kill(child, SIGKILL) == 0)
  }

  @Test func startFailureIsReported() {
    let failure = #expect(throws: StageError.self) {
      try ChildProcess(executable: "/nowhere/x", arguments: ["x"], environment: [:]).run { _ in }
    }
    #expect(failure?.reason.contains("/nowhere/x: cannot be started") == true)
  }
}
