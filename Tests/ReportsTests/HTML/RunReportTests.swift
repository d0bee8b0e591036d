import Foundation
import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunReportTests {
  @Test func everySectionIsPresentAndNothingIsRequested() throws {
    let store = try SampleStore()
    var cells = SampleCells(shift: -0.02).all
    cells[1].reason = "it follows http://elsewhere.example/x"
    let run = try store.record(cells, id: "20261121-231501-ab12cd", text: SampleCells.text)
    try store.records.add(
      EventRow(run: run.run.id, kind: "tag", subject: "paper-a", at: 1_795_400_000))
    try store.records.add(
      DivergenceRow(
        run: nil, cell: "model", key: Digest.of("k"), port: "model",
        existing: Digest.of("a").hex, found: Digest.of("b").hex, at: 0))
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    let absent: Set = [
      "divergences", "failures", "judgement", "findings", "grid", "predictions",
    ]
    for section in RunReport.sections where !absent.contains(section.id) {
      #expect(html.contains("<section id=\"\(section.id)\""), "\(section.title)")
      #expect(html.contains("<a href=\"#\(section.id)\">"))
    }
    // Sections without content do not appear, neither in the page nor in its contents.
    for section in absent { #expect(!html.contains("\"#\(section)\"")) }
    for attribute in ["src=\"", "href=\"", "url(", "@import", "<link", "xlink"] {
      let places = html.ranges(of: attribute)
      if attribute == "src=\"" { #expect(!places.isEmpty) }
      for place in places {
        let rest = html[place.upperBound...]
        let isInside =
          attribute == "src=\""
          ? rest.hasPrefix("data:image/")
          : attribute == "href=\"" ? rest.hasPrefix("#") : false
        #expect(isInside, "\(attribute)\(rest.prefix(40))")
      }
    }
    let seal = try #require(run.end?.seal)
    for fact in [
      "20261121-231501-ab12cd", seal.hex, "assay run Pipelines/five-class.json", "paper-a",
      "Leukaemia subtypes from single cells.", "Paper A, table 4", "prefers-color-scheme: dark",
    ] {
      #expect(html.contains(fact), "\(fact)")
    }
    #expect(html.ranges(of: "<script").count == 1)
  }

  @Test func recordedTextIsEscaped() throws {
    let store = try SampleStore()
    let evil = "<script>alert(1)</script>\"'"
    var cell = SampleStore.CellPlan("x@v=\(evil)", "command\(evil)")
    cell.reason = evil
    cell.metrics = [
      StageMetric("m/\(evil)", step: 0, 1), StageMetric("m/\(evil)", step: 1, 2),
      StageMetric("test/accuracy", 0.5), StageMetric("test/\(evil.replacing("/", with: ""))", 0.5),
    ]
    cell.checks = [MetricCheck(metric: "m/\(evil)", relation: .atLeast, threshold: 9)]
    cell.warnings = [evil]
    cell.references = [("test/accuracy", 0.4, evil)]
    cell.outputs = [
      .init(
        "samples", .samples, text: ["samples.csv": "label,source\n<script>,<script>\n"]),
      .init("rejected", .files, text: ["rejected.csv": "path,reason\n<script>,<script>\n"]),
      .init(
        "metrics", .metrics,
        text: [
          "confusion_<script>.csv": "true,<script>\n<script>,3\n",
          "classes.csv": "part,class,f1\n<script>,<script>,<script>\n",
        ]),
      .init("explanations", .explanations, ["<script>.png": TinyPNG.cell(1, edge: 8)]),
    ]
    let run = try store.record(
      [cell], id: "20261121-000000-aaaaaa", pipeline: evil, text: "{\"description\": \"<script>\"}",
      parameters: ["<script>": "<script>"], environment: ["<script>": "<script>"], end: .failed)
    try store.records.add(EventRow(run: run.run.id, kind: "note", subject: "", text: evil, at: 0))
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    // The script of the page, which its policy allows by digest, and no other.
    #expect(html.ranges(of: "<script").count == 1)
    let page = try #require(html.split(separator: "<script>").first)
    #expect(!page.contains("\"'"))
    #expect(html.ranges(of: "&lt;script&gt;").count > 20)
  }

  /// Many stages, and many cells of one stage, each with a long name and a text that names them all.
  @Test(arguments: [(stages: 2000, cells: 1), (stages: 2, cells: 4000)])
  func largeRunsStayBelowFiveMegabytes(stages: Int, cells: Int) throws {
    let store = try SampleStore()
    let long = String(repeating: "<long&name>", count: 12)
    let plans = (0..<stages).flatMap { stage in
      (0..<cells).map { cell in
        var plan = SampleStore.CellPlan(
          "\(long)\(stage)\(cells > 1 ? "@n=\(cell)" : "")", "command")
        plan.status = stage == stages - 1 ? .failed : .skipped
        plan.reason = "because \(long)"
        return plan
      }
    }
    let members = (0..<stages).map { "\"\(long)\($0)\": {\"uses\": \"command\"}" }
    let run = try store.record(
      plans, id: "20261121-231501-ab12cd",
      text: "{\"stages\": {\(members.joined(separator: ", "))}}", end: .failed)
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(html.utf8.count < 5_000_000)
    #expect(html.contains("more cell"))
    // The panel of a failed stage has room before all others.
    #expect(html.contains("<div id=\"stage-\(stages)\">"))
  }

  @Test func unfinishedRunHasAReport() throws {
    let store = try SampleStore()
    var first = SampleStore.CellPlan("a", "command")
    first.status = .hit
    let run = try store.record([first], id: "20261121-000000-aaaaaa", text: "{}", end: nil)
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(html.contains("<span class=\"badge unfinished\">unfinished</span>"))
    #expect(html.contains("it is still active, or it was killed"))
  }

  @Test func missingObjectsAreReportedInPlace() throws {
    let store = try SampleStore()
    let cells = SampleCells().all.only("pbc", "split", "scores", "look")
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: SampleCells.text)
    // Two cells may have produced the same artifact.
    for digest in Set(try store.records.artifacts(run: run.run.id).map(\.digest)) {
      try store.lose(digest)
    }
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(html.ranges(of: "the object is missing from the store").count >= 6)
  }

  @Test func timeSavedByHitsIsSummed() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("a", "command")
    cell.seconds = 7_500
    _ = try store.record([cell], id: "20261121-000000-aaaaaa", text: "{}")
    cell.status = .hit
    let run = try store.record([cell], id: "20261121-000001-bbbbbb", text: "{}")
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(html.contains("<b>2 h 05 min</b><span>compute time saved by the cache</span>"))
  }

  @Test("a report is written with the files beside it")
  func writing() throws {
    let store = try SampleStore()
    let cells = [PictureCells.cells(30), PictureCells.look(Array(0..<25))]
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: "{}")
    let path = store.folder + "/out/my run.html"
    let output = try RunReport.output(
      run: run, records: store.records, objects: store.objects, place: ReportPlace(path: path))
    try output.write(to: path)
    #expect(output.html.contains("href=\"my%20run.files/explanations-look.html\""))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == output.html)
    let page = store.folder + "/out/my run.files/explanations-look.html"
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("href=\"../my%20run.html\""))
  }
}
