import PipelineDSL
import Testing

@Suite(.timeLimit(.minutes(1))) struct PipelineResolverTests {
  private func messages(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.messages(TestPipelines.text(stages, more))
  }

  // MARK: Order

  @Test func stagesMayStandInAnyOrder() throws {
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(
        #""c": {"uses": "program", "needs": ["b", "a"]}, "b": {"uses": "program", "needs": "a"}, "#
          + #""a": {"uses": "program"}"#))
    #expect(pipeline.stages.map(\.name) == ["a", "b", "c"])
    #expect(pipeline.cells[2].inputs.map(\.cell) == [1, 0])
  }

  @Test func cyclesAreReportedOnce() {
    #expect(
      messages(
        #""a": {"uses": "program", "needs": "c"}, "b": {"uses": "program", "needs": "a"}, "#
          + #""c": {"uses": "program", "needs": ["b"]}, "d": {"uses": "program", "needs": "a"}"#)
        == ["stages need each other in a circle: a -> c -> b -> a"])
    #expect(
      messages(#""a": {"uses": "program", "needs": "a"}"#)
        == ["stages need each other in a circle: a -> a"])
  }

  @Test func nothingElseFollowsFromACycle() {
    #expect(
      messages(
        #"""
        "a": {"uses": "crop-normalise", "needs": "b", "with": {"size": "${size}"}},
        "b": {"uses": "harmonise-labels", "needs": ["c", "d"]},
        "c": {"uses": "ingest/pbc", "with": {"root": "${root}"}},
        "d": {"uses": "harmonise-labels", "needs": ["b", "c"]},
        "e": {"uses": "split", "needs": "a", "gather": "root"}
        """#, #""axes": {"size": [8, 16], "root": ["x", "y"]}, "#)
        == ["stages need each other in a circle: b -> d -> b"])
  }

  @Test func longCyclesAreCutShort() throws {
    let count = 5000
    let stages = (0..<count).map { index in
      #""s\#(index)": {"uses": "program", "needs": "s\#((index + 1) % count)"}"#
    }
    let found = messages(stages.joined(separator: ", "))
    #expect(
      found == [
        "stages need each other in a circle: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> ... -> s4996 -> "
          + "s4997 -> s4998 -> s4999 -> s0"
      ])
  }

  @Test func thousandsOfStagesResolve() throws {
    let count = 5000
    let stages = (0..<count).map { index in
      #""s\#(index)": {"uses": "program", "needs": [\#(index == 0 ? "" : "\"s\(index - 1)\"")]}"#
    }
    let pipeline = try TestPipelines.resolve(
      TestPipelines.text(stages.reversed().joined(separator: ",\n")))
    #expect(pipeline.cells.count == count && pipeline.cells.last?.name == "s4999")
    #expect(pipeline.closure(of: [count - 1]).count == count)
    #expect(pipeline.stages.allSatisfy { pipeline.stage($0.name)?.cells == $0.cells })
  }

  // MARK: Overrides

  @Test func overridesReplaceParameters() throws {
    let text = TestPipelines.fiveClass
    let pipeline = try TestPipelines.resolve(
      text, overrides: [("size", 64), ("data", "/mnt"), ("size", 128)])
    #expect(pipeline.cell(named: "cells")?.parameters["size"] == 128)
    #expect(pipeline.cell(named: "pbc")?.locations == ["root": "/mnt/PBC_dataset_normal_DIB"])
    #expect(pipeline.parameters["size"] == 128)
    #expect(
      TestPipelines.diagnostics(text, overrides: [("siez", 1)]).map(\.text) == [
        "p.json: error: the pipeline has no parameter 'siez' to set; did you mean 'size'? "
          + "(at /parameters)"
      ])
    #expect(
      TestPipelines.messages(text, overrides: [("backbone", "cnn")])
        == ["'backbone' is an axis; only parameters can be set from outside"])
    #expect(
      TestPipelines.diagnostics(text, overrides: [("size", "big")]).map(\.text) == [
        "p.json:16:81: error: parameter 'size': expected a whole number from 8 to 1024, found "
          + "\"big\" (at /stages/cells/with/size)"
      ])
  }

  // MARK: Anything at all

  /// Replaces a part of a value by something else.
  private func mutate(_ value: JSONValue, _ draws: inout RandomStream) -> JSONValue {
    let strange: [JSONValue] = [
      .null, true, -1, 1e300, "", ".", "${", "${size}", "${backbone}", "${no.pe}", "model", "a@b=c",
      [], [:], ["uses": "split"], [["backbone": "vgg16"]], ["scores", "scores"], "program",
      "two-inputs", ["metrics": "scores.metrics"], ["name": "x"], ["views": "table"],
    ]
    switch value {
    case .array(let elements) where !elements.isEmpty && draws.below(8) > 0:
      var elements = elements
      let at = draws.below(elements.count)
      elements[at] = mutate(elements[at], &draws)
      return .array(elements)
    case .object(let object) where !object.isEmpty && draws.below(10) > 0:
      var members = object.members.map { ($0.name, $0.value) }
      let at = draws.below(members.count)
      switch draws.below(12) {
      case 0: members.remove(at: at)
      case 1: members[at].0 = ["needs", "gather", "x y", "", "seed", "with"][draws.below(6)]
      case 2: members.append(("extra", members[at].1))
      default: members[at].1 = mutate(members[at].1, &draws)
      }
      return .object(JSONObject(members))
    default: return strange[draws.below(strange.count)]
    }
  }

  @Test func mutantsNeverCrash() throws {
    var draws = RandomStream(seed: 3, kind: "fuzz", sample: "pipeline", purpose: "mutants")
    let original = try JSONParser.parse(TestPipelines.fiveClass)
    var (refused, accepted) = (0, 0)
    for _ in 0..<600 {
      var value = original
      for _ in 0...draws.below(3) { value = mutate(value, &draws) }
      do throws(Diagnostics) {
        let pipeline = try TestPipelines.resolve(JSONCanonicalForm.text(of: value))
        #expect(!pipeline.cells.isEmpty)
        accepted += 1
      } catch {
        #expect(!error.list.isEmpty && error.list.allSatisfy { !$0.message.isEmpty })
        refused += 1
      }
    }
    #expect(refused > 100 && accepted > 10)
  }

  // MARK: All at once

  @Test func allProblemsOfAFileComeInOnePass() {
    let text = #"""
      {
        "assay": 2,
        "nmae": "five-class",
        "parameters": { "data": "data", "seed": -4, "unused": 1, "size": 224 },
        "axes": {
          "backbone": ["vgg16", "cnn", "vgg16"],
          "augmentation": ["mixup", "cutmix"],
          "idle": [1]
        },
        "exclude": [{ "backbone": "vgg19" }],
        "stages": {
          "pbc":     { "uses": "ingest/pcb", "with": { "root": "${data}/PBC" } },
          "c-nmc":   { "uses": "ingest/c-nmc", "with": {} },
          "labels":  { "uses": "harmonise-labels", "needs": ["c-nmc", "pbcs"], "with": { "schema": "x" } },
          "cells":   { "uses": "crop-normalise", "needs": "labels", "with": { "size": 4, "method": "aera", "margin": "${mragin}" } },
          "split":   { "uses": "split", "needs": "cells", "with": { "fractions": [0.8, 0.1, "x"] } },
          "split":   { "uses": "split", "needs": "cells" },
          "augment": { "uses": "augment", "needs": "split", "with": { "policy": "${augmentation}" } },
          "model":   { "uses": "fine-tune", "needs": { "image": "cells", "split": "split", "views": "split" },
                       "with": { "backbone": "${backbone.nam" }, "resources": { "memory": "16GB" } },
          "scores":  { "uses": "evaluate", "needs": ["model", "cells", "split"], "seed": 3, "gather": ["augmentation"],
                       "checks": [{ "metric": "f1", "above": 0.9 }] },
          "look":    { "uses": "explain", "needs": ["model", "cells"], "with": { "methods": ["grad-cam", "lyme"] } }
        }
      }
      """#
    #expect(TestPipelines.diagnostics(text).map(\.text) == [])
  }
}
