import PipelineDSL
import TestSupport
import Testing

/// Invalid pipelines and command lines: every problem is reported, and nothing is written.
@Suite struct InvalidPipelineTests {
  private func pipeline(_ stages: String) -> String {
    """
    {
      "assay": 1,
      "name": "wrong",
      "stages": {
        \(stages)
      }
    }
    """
  }

  /// The errors that `check` and `run` both report for an invalid pipeline.
  private func complaints(_ text: String) throws -> [String] {
    let project = try Project(text)
    let checked = try project.assay("check", Project.file)
    #expect(checked.exit == 3)
    #expect(checked.output.isEmpty)
    for verb in ["run", "plan", "status"] {
      let ending = try project.assay(verb, Project.file)
      #expect(ending.exit == 3)
      #expect(ending.errors == checked.errors)
    }
    #expect(!project.exists("results"))
    return checked.errors.split(separator: "\n").map(String.init)
  }

  @Test func malformedJSONHasALineAndColumn() throws {
    let lines = try complaints("{\n  \"assay\": 1,\n  \"name\": \"x\",,\n}")
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("pipeline.json:3:15: error: "))
  }

  @Test func allProblemsAreReportedInOnePass() throws {
    let lines = try complaints(
      pipeline(
        """
        "source": { "uses": "ingest/image-foldr", "with": { "root": "images" } },
            "other": { "uses": "ingest/image-folder", "with": { "root": "images", "depht": 2 } },
            "labels": { "uses": "harmonise-labels", "needs": "othr" },
            "cells": { "uses": "crop-normalise", "needs": "labels", "with": { "size": "big" } },
            "split": { "uses": "split", "needs": "cells", "with": { "fractions": [0.5, 0.1, 0.1] } },
            "more": { "uses": "split", "needs": "cells", "resources": { "memory": "a lot" } }
        """))
    func line(_ number: Int, _ parts: String...) -> Bool {
      lines.contains { line in
        line.hasPrefix("pipeline.json:\(number):") && parts.allSatisfy { line.contains($0) }
      }
    }
    #expect(line(5, "'ingest/image-foldr'", "did you mean 'ingest/image-folder'?"), "\(lines)")
    #expect(line(6, "'depht'", "did you mean 'depth'?"), "\(lines)")
    #expect(line(7, "'othr'", "did you mean 'other'?"), "\(lines)")
    #expect(line(8, "whole number", "\"big\"", "(at /stages/cells/with/size)"), "\(lines)")
    #expect(line(9, "fractions sum to 0.7"), "\(lines)")
    #expect(line(10, "memory such as \"16 GiB\"", "\"a lot\""), "\(lines)")
  }

  @Test func cycleIsReported() throws {
    let lines = try complaints(
      pipeline(
        """
        "a": { "uses": "command", "needs": { "x": "b" }, "with": { "argv": ["true"] } },
            "b": { "uses": "command", "needs": { "x": "c" }, "with": { "argv": ["true"] } },
            "c": { "uses": "command", "needs": { "x": "a" }, "with": { "argv": ["true"] } }
        """))
    #expect(lines.count == 1)
    #expect(lines[0].contains("dependency cycle:"))
    for name in ["a", "b", "c"] { #expect(lines[0].contains(name)) }
  }

  @Test func allMissingFoldersAreReported() throws {
    let project = try Project(
      pipeline(
        """
        "one": { "uses": "ingest/image-folder", "with": { "root": "data/imges" } },
        "two": { "uses": "ingest/pbc", "with": { "root": "data/gone/away" } }
        """))
    try project.write("x", to: "data/images/readme")
    #expect(try project.assay("check", Project.file).exit == 0)
    for verb in ["run", "plan", "status"] {
      let ending = try project.assay(verb, Project.file)
      #expect(ending.exit == 3)
      let lines = ending.errors.split(separator: "\n")
      #expect(lines.count == 2, "\(ending.errors)")
      let one = try #require(lines.first { $0.hasPrefix("one: ") })
      #expect(one.contains("'root'") && one.contains("data/imges"))
      #expect(one.contains("'images'"))
      let two = try #require(lines.first { $0.hasPrefix("two: ") })
      #expect(two.contains("'root'") && two.contains("data/gone/away"))
    }
    #expect(!project.exists("results"))
  }

  @Test func moreMemoryThanAvailableIsRefused() throws {
    let project = try Project(
      pipeline(
        """
        "huge": { "uses": "command", "with": { "argv": ["true"] },
          "resources": { "memory": "4096 TiB" } }
        """))
    for verb in ["run", "plan"] {
      let ending = try project.assay(verb, Project.file)
      #expect(ending.exit == 3)
      #expect(ending.errors.contains("'huge' requests 4096 TiB of memory"), "\(ending.text)")
    }
    #expect(!project.exists("results"))
  }

  @Test(arguments: [
    (["rnu", "pipeline.json"], "did you mean 'run'?"),
    (["run", "pipeline.json", "--fail-fats"], "did you mean --fail-fast?"),
    (["run", "pipeline.json", "--jobs", "0"], "--jobs takes a whole number"),
    (["run", "pipeline.json", "--jobs"], "--jobs needs a value"),
    (["run"], "missing argument: FILE"),
    (["run", "pipelin.json"], "did you mean 'pipeline.json'?"),
    (["run", "pipeline.json", "copyy"], "did you mean 'copy'?"),
    (["check", "pipeline.json", "more"], "unexpected argument 'more'"),
    (["run", "pipeline.json", "--set", "value"], "--set takes NAME=VALUE"),
    (["stages", "splt"], "did you mean 'split'?"),
    (["graph", "pipeline.json", "--format", "png"], "not 'png'"),
  ])
  func invalidArgumentsAreUsageErrors(_ words: [String], _ complaint: String) throws {
    let project = try Project(
      pipeline(#""copy": { "uses": "command", "with": { "argv": ["true"] } }"#))
    let ending = try SpawnedProgram(words, in: project.folder).wait()
    #expect(ending.exit == 2)
    #expect(ending.errors.contains(complaint), "\(ending.errors)")
    #expect(!project.exists("results"))
  }

  @Test func errorsCanBeJSON() throws {
    let project = try Project(pipeline(#""a": { "uses": "splt" }"#))
    let ending = try project.assay("check", Project.file, "--json")
    #expect(ending.exit == 3)
    let list = try #require(try JSONParser.parse(ending.output).elements)
    #expect(list.first?["line"]?.whole == 5)
    #expect(list.first?["suggestion"]?.text == "split")
  }
}
