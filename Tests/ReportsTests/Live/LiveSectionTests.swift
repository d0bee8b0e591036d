import PipelineDSL
import Store
import Testing

@testable import Reports

struct LiveSectionTests {
  private static let state = LiveState(
    running: [
      LiveState.Cell(
        name: "model@<b>", reason: "learning rate changed", seconds: 61,
        progress: StageProgress(3, of: 12, "epochs", remark: "loss <1>"), left: 180,
        metrics: [
          StageMetric("train/loss", step: 0, 2), StageMetric("train/loss", step: 1, 1),
          StageMetric("learning-rate", step: 0, 1),
        ])
    ], settled: 4, total: 9, left: 200, time: 1_795_300_000, reload: 5)

  @Test func runningCellsHaveProgressAndCurves() {
    let html = LiveSection.html(Self.state).text
    for text in [
      "4 of 9 cells ended, 1 running, about 3 min 20 s left.", "3 of 12 epochs", "1 min 01 s",
      "aria-valuenow=\"25\"", "model@&lt;b&gt; loss, so far", "data-reload=\"5\"", ">epoch</text>",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    // One point makes no curve.
    #expect(!html.contains("learning-rate, so far"))
    #expect(!html.contains("<b>") && !html.contains("<1>"))
  }

  @Test func onlyALivePageLoadsItselfAgain() throws {
    let store = try SampleStore()
    let run = try store.record([], id: "run-1", text: "{}", end: nil)
    let live = try RunReport.output(
      run: run, records: store.records, objects: store.objects, live: Self.state
    ).html
    #expect(live.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>"))
    #expect(live.contains("<span class=\"badge running\">running</span>"))
    let last = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(!last.contains("http-equiv=\"refresh\"") && !last.contains("data-live=\""))
  }
}
