import PipelineDSL
import TestSupport
import Testing

/// `--axis` from the command line to the record and back.
@Suite struct AxisTests {
  private static let text = """
    {
      "assay": 1, "name": "p", "axes": { "n": [1, 2] },
      "stages": {
        "a": { "uses": "command", "with": {
          "argv": ["/bin/sh", "-c", "echo ${n} > {outputs.files}/f; test ${n} != 9"] } }
      }
    }
    """

  @Test func runsAreRecordedAndAudited() throws {
    let project = try Project(Self.text)
    #expect(try project.executed("--axis", "n=2..4") == ["a@n=2", "a@n=3", "a@n=4"])
    // Values of the file share their results.
    #expect(try project.executed() == ["a@n=1"])
    let status = try project.assay("status", Project.file, "--axis", "n=1..4", "-q")
    #expect(status.exit == 0, "\(status.text)")
    let shown = try project.assay("show", "latest~1", "--json")
    #expect(shown.output.contains(#"{\"n\":[2,3,4]}"#), "\(shown.output)")
    for run in ["latest", "latest~1"] {
      let audit = try project.assay("audit", run)
      #expect(audit.exit == 0, "\(audit.text)")
    }
    let why = try project.assay("why", Project.file, "a@n=7", "--axis", "n=7")
    #expect(why.exit == 0 && why.output.contains("argv"), "\(why.text)")
  }

  @Test func repeatCommandHasTheAxes() throws {
    let project = try Project(Self.text)
    let ending = try project.run("--axis", "n=9")
    #expect(ending.exit == 1)
    #expect(
      ending.output.contains(
        "repeat:  assay run pipeline.json a@n=9 --axis n=9 --results results\n"), "\(ending.text)")
  }

  @Test func unusedAxisIsAnError() throws {
    let project = try Project(Self.text)
    let ending = try project.assay("check", Project.file, "--axis", "z=1..3")
    #expect(ending.exit == 3)
    #expect(
      ending.errors.contains("no stage varies along the axis 'z'; --axis gives it"),
      "\(ending.text)")
    #expect(try project.assay("plan", Project.file, "--axis", "n").exit == 2)
  }
}
