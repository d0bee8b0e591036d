import Foundation
import PipelineDSL
import TestSupport
import Testing

/// `assay run` in a terminal, as a person sees it.
@Suite(.serialized) struct ProgressTests {
  /// A training that takes some seconds, an evaluation with a check, and two short cells.
  private func project() throws -> Project {
    let project = try Project(
      """
      {
        "assay": 1, "name": "small", "parameters": { "epochs": 30 },
        "axes": { "seed": [1, 2] },
        "stages": {
          "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
          "cells": {
            "uses": "crop-normalise", "needs": "source",
            "with": { "size": 24, "contrast": "stretch", "margin": 0.1 }
          },
          "split": { "uses": "split", "needs": "cells" },
          "model": {
            "uses": "fine-tune", "needs": ["cells", "split"],
            "with": { "epochs": "${epochs}", "patience": 1000, "batch": 16 }
          },
          "scores": {
            "uses": "evaluate", "needs": ["model", "cells", "split"],
            "checks": [{ "metric": "test/macro-f1", "at-least": 0.01 }],
            "reference": [{ "metric": "test/macro-f1", "value": 0.95, "source": "a paper" }]
          }
        }
      }
      """)
    try TinyImages.write(to: project, perClass: 15, size: 24)
    return project
  }

  private func terminal(
    _ project: Project, columns: Int, rows: Int = 24, environment: [String: String] = [:],
    _ words: String...
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      ["run", Project.file, "--results", project.results] + words, in: project.folder,
      columns: columns, rows: rows, environment: environment)
  }

  @Test(arguments: [80, 120])
  func runningCellsAreShownAndFinishedLinesStay(columns: Int) throws {
    let project = try project()
    let terminal = try terminal(project, columns: columns)
    var (bars, totals) = (0, 0)
    var finished: [String] = []
    let exit = try terminal.wait { screen in
      let all = screen.all
      if all.contains(where: { $0.contains("/30 epochs") && $0.contains("[") }) { bars += 1 }
      if all.contains(where: { $0.hasPrefix("total  [") }) { totals += 1 }
      // What was printed above the live lines never changes or moves.
      let now = all.filter { $0.hasPrefix("done ") }
      #expect(now.starts(with: finished), "\(now) after \(finished)")
      finished = now
    }
    let screen = terminal.screen
    #expect(exit == 0, "\(screen.all)")
    #expect(bars > 3 && totals > 3)
    #expect(screen.broken == 0 && screen.unknown == [], "\(screen.all)")
    #expect(screen.all.count { $0.hasPrefix("done ") } == 8, "\(screen.all)")
    // Live lines are gone at the end.
    #expect(!screen.all.contains { $0.contains(" epochs  ") || $0.hasPrefix("total  [") })
    for line in screen.all { #expect(line.count < columns, "\(line)") }
  }

  @Test func endHasATableOfScores() throws {
    let project = try project()
    let first = try terminal(project, columns: 80, "--quiet")
    #expect(try first.wait() == 0)
    // Nothing but the end.
    #expect(!first.written.contains("done      ") && !first.written.contains("total  ["))
    let table = first.screen.all.drop { !$0.hasPrefix("cell ") }
    let head = try #require(table.first)
    #expect(head.split(separator: " ") == ["cell", "metric", "value", "published", "check"])
    let row = try #require(table.first { $0.contains("test/macro-f1") })
    #expect(row.hasPrefix("scores "))
    #expect(row.contains(" ± ") && row.contains(" (2) ") && row.contains("0.95"))
    #expect(row.hasSuffix("≥ 0.0100 met"), "\(row)")
    #expect(first.screen.all.contains("next: assay report latest --results results"))
    let second = try terminal(project, columns: 80)
    #expect(try second.wait() == 0)
    #expect(second.screen.all.contains("cached    8 cells"), "\(second.screen.all)")
    let cached = try #require(second.screen.all.first { $0.hasPrefix("cached: 8 of 8 cells") })
    #expect(cached.contains("of computing"), "\(cached)")
  }

  @Test func narrowerTerminalIsNoticed() throws {
    let project = try project()
    let terminal = try terminal(project, columns: 120)
    var isNarrow = false
    let exit = try terminal.wait { screen in
      guard !isNarrow, screen.text.contains("/30 epochs") else { return }
      isNarrow = true
      terminal.resize(columns: 60, rows: 12)
    }
    #expect(exit == 0 && isNarrow)
    #expect(terminal.screen.all.count { $0.hasPrefix("done ") } == 8, "\(terminal.screen.all)")
    #expect(!terminal.screen.all.contains { $0.hasPrefix("total  [") })
  }

  @Test(arguments: [["TERM": "dumb"], ["NO_COLOR": "1"]])
  func environmentIsRespected(environment: [String: String]) throws {
    let project = try project()
    let terminal = try terminal(project, columns: 80, environment: environment, "cells")
    #expect(try terminal.wait() == 0)
    #expect(terminal.written.firstMatch(of: /\u{1B}\[[0-9;]*m/) == nil, "\(terminal.written)")
    if environment["TERM"] == "dumb" {
      #expect(!terminal.written.contains("\u{1B}"))
      #expect(terminal.screen.all.contains { $0.hasPrefix("run       cells") })
    }
  }

  @Test func verboseListsHitsAndMetrics() throws {
    let project = try project()
    try project.executed("scores@seed=1")
    let ending = try project.run("--verbose", "scores@seed=1")
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("cached    cells\n"))
    #expect(ending.output.contains("metric    scores@seed=1: test/macro-f1 "))
    #expect(!ending.output.contains("\u{1B}"))
    let quiet = try project.run("--quiet", "scores@seed=1")
    #expect(quiet.output.hasPrefix("run 20"), "\(quiet.output)")
  }

  @Test func failureNamesTheNextCommands() throws {
    let project = try Project(
      """
      { "assay": 1, "name": "bad", "stages": {
        "a": { "uses": "command", "with": { "argv": ["/bin/sh", "-c", "exit 3"] } } } }
      """)
    let terminal = try terminal(project, columns: 80, "--quiet")
    #expect(try terminal.wait() == 1)
    let all = terminal.screen.all
    #expect(all.contains { $0.hasPrefix("failed    a") }, "\(all)")
    #expect(all.contains("next: assay why pipeline.json a --results results"))
    #expect(all.contains("then: assay run pipeline.json --only-failed --results results"))
  }
}
