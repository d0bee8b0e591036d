import PipelineDSL
import Testing

struct PipelineResolverTests {
  private func messages(_ stages: String, _ more: String = "") -> [String] {
    TestPipelines.messages(TestPipelines.text(stages, more))
  }

  // MARK: Order

  @Test func stagesMayBeInAnyOrder() throws {
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
        == ["dependency cycle: a -> c -> b -> a"])
    #expect(
      messages(#""a": {"uses": "program", "needs": "a"}"#)
        == ["dependency cycle: a -> a"])
  }

  @Test func cyclesCauseNoFurtherProblems() {
    #expect(
      messages(
        #"""
        "a": {"uses": "crop-normalise", "needs": "b", "with": {"size": "${size}"}},
        "b": {"uses": "harmonise-labels", "needs": ["c", "d"]},
        "c": {"uses": "ingest/pbc", "with": {"root": "${root}"}},
        "d": {"uses": "harmonise-labels", "needs": ["b", "c"]},
        "e": {"uses": "split", "needs": "a", "gather": "root"}
        """#, #""axes": {"size": [8, 16], "root": ["x", "y"]}, "#)
        == ["dependency cycle: b -> d -> b"])
  }

  @Test func longCyclesAreAbbreviated() throws {
    let count = 5000
    let stages = (0..<count).map { index in
      #""s\#(index)": {"uses": "program", "needs": "s\#((index + 1) % count)"}"#
    }
    let found = messages(stages.joined(separator: ", "))
    #expect(
      found == [
        "dependency cycle: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> ... -> s4996 -> "
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
      TestPipelines.diagnostics(text, overrides: [("siez", 1)]).map(\.textWithoutCode) == [
        "p.json: error: no parameter 'siez' to override; did you mean 'size'? "
          + "(at /parameters)"
      ])
    #expect(
      TestPipelines.messages(text, overrides: [("backbone", "cnn")])
        == ["'backbone' is an axis, which '--axis' overrides"])
    #expect(
      TestPipelines.diagnostics(text, overrides: [("size", "big")]).map(\.textWithoutCode) == [
        "p.json:16:81: error: parameter 'size': expected a whole number from 8 to 1024, found "
          + "\"big\" (at /stages/cells/with/size)"
      ])
  }

  // MARK: Mutated pipelines

  /// Replaces a random part of a value.
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
    for _ in 0..<300 {
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
    #expect(refused > 50 && accepted > 5)
  }

  // MARK: All at once

  private static let allProblems = [
    #"p.json:1:1: error: 'name' of this pipeline is missing"#,
    #"p.json:2:12: error: this version of Assay reads version 1 of the language, found 2 (at "#
      + #"/assay)"#,
    #"p.json:3:3: error: a pipeline has no 'nmae'; it has $schema, assay, name, description, "#
      + #"include, parameters, axes, exclude, stages, references; did you mean 'name'? (at "#
      + #"/nmae)"#,
    #"p.json:4:35: error: a seed must be a whole number of at least 0, found -4 (at "#
      + #"/parameters/seed)"#,
    #"p.json:4:47: error: no stage uses the parameter 'unused' (at "#
      + #"/parameters/unused)"#,
    #"p.json:4:60: error: no stage uses the parameter 'size' (at /parameters/size)"#,
    #"p.json:6:34: error: the value 'vgg16' occurs twice on this axis (at "#
      + #"/axes/backbone/2)"#,
    #"p.json:8:5: error: no stage varies along the axis 'idle' (at /axes/idle)"#,
    #"p.json:10:29: error: the axis 'backbone' has no value "vgg19"; did you mean "#
      + #"'vgg16'? (at /exclude/0/backbone)"#,
    #"p.json:12:26: error: unknown stage kind 'ingest/pcb'; did you mean "#
      + #"'ingest/pbc'? (at /stages/pbc/uses)"#,
    #"p.json:13:50: error: parameter 'root' is missing: the folder (at "#
      + #"/stages/c-nmc/with)"#,
    #"p.json:14:65: error: no stage 'pbcs'; did you mean 'pbc'? (at "#
      + #"/stages/labels/needs/1)"#,
    #"p.json:14:84: error: unknown parameter 'schema' of 'harmonise-labels'; did "#
      + #"you mean 'scheme'? (at /stages/labels/with/schema)"#,
    #"p.json:15:81: error: parameter 'size': expected a whole number from 8 to "#
      + #"1024, found 4 (at /stages/cells/with/size)"#,
    #"p.json:15:94: error: parameter 'method': expected one of area, bilinear, "#
      + #"found "aera"; did you mean 'area'? (at /stages/cells/with/method)"#,
    #"p.json:15:112: error: no parameter or axis 'mragin' (at "#
      + #"/stages/cells/with/margin)"#,
    #"p.json:16:87: error: parameter 'fractions': expected a number, found "x" (at "#
      + #"/stages/split/with/fractions/2)"#,
    #"p.json:17:5: error: 'split' occurs twice in one object, first on line 16 (at "#
      + #"/stages/split)"#,
    #"p.json:19:59: error: 'fine-tune' has no input 'image'; it has images, split "#
      + #"and views; did you mean 'images'? (at /stages/model/needs/image)"#,
    #"p.json:19:95: error: 'split' produces split, but the input 'views' takes views "#
      + #"(at /stages/model/needs/views)"#,
    #"p.json:20:40: error: unterminated '${' (at /stages/model/with/backbone)"#,
    #"p.json:20:85: error: expected memory such as "16 GiB" or "512 MiB", found "#
      + #""16GB" (at /stages/model/resources/memory)"#,
    #"p.json:21:84: error: 'evaluate' draws no random numbers, so a seed has no effect (at "#
      + #"/stages/scores/seed)"#,
    #"p.json:21:98: error: nothing this stage needs varies along 'augmentation' (at "#
      + #"/stages/scores/gather/0)"#,
    #"p.json:22:29: error: a check must have either "at-least" or "at-most" (at "#
      + #"/stages/scores/checks/0)"#,
    #"p.json:22:47: error: a check has no 'above'; it has metric, at-least, at-most "#
      + #"(at /stages/scores/checks/0/above)"#,
    #"p.json:23:46: error: 'look' needs a stage that produces split for its input "#
      + #"'split' (at /stages/look)"#,
    #"p.json:23:100: error: parameter 'methods': expected one of grad-cam, lime, "#
      + #"found "lyme"; did you mean 'lime'? (at /stages/look/with/methods/1)"#,
  ]

  @Test func allProblemsAreReportedInOnePass() {
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
    #expect(TestPipelines.diagnostics(text).map(\.textWithoutCode) == Self.allProblems)
  }
}
