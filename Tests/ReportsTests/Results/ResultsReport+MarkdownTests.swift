import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct ResultsReportMarkdownTests {
  @Test("a run is a section, a table a part of it")
  func wholeText() throws {
    let report = try ResultsReportTests.report(ResultsRequest(note: "Synthetic | images."))
    let seal = try #require(report.runs.first?.seal?.short)
    #expect(
      report.text(.markdown).hasPrefix(
        #"""
        # Results

        ## grid

        Experiment D of Doe et al. 2024, table 10: five classes.

        run 20261121-231501-ab12cd, 2026-11-21 22:26:40 UTC, seal \#(seal), failed

        ### scores: test/accuracy

        > Synthetic \| images.

        | backbone | mixup | augmix |
        | --- | --: | --: |
        | vgg16 | 0.9600 ± 0.1271 (2) \| 0.9790 | 0.9000 ± 0 (2) \| 0.9656 |
        | cnn | 0.8750 \[0.7389, 0.9454\] (1 of 2) \| 0.9790 | failed \| 0.9656 |
        | resnet50 | 0.6250 ± 1.588 (2) | – |

        ± half of the 95 % interval of the mean over seed, by Student's t;
        in parentheses the number of repeats over seed;
        in brackets the 95 % interval of Wilson, from the number of samples;
        ours \| published: Doe 2024, table 10;
        failed: the cell or one that it needs failed

        ### table: summary.csv

        > Synthetic \| images.

        | backbone | n | mean/test/loss | sd/test/loss | low/test/loss | high/test/loss |

        """#))
  }

  @Test("a run without tables and an empty record say so")
  func nothing() throws {
    let store = try SampleStore()
    let run = try store.grid([], end: .done)
    let report = try ResultsReport([run], records: store.records, objects: store.objects)
    #expect(report.text(.markdown).contains("This run has none of the metrics.\n"))
    let empty = try ResultsReport([], records: store.records, objects: store.objects)
    #expect(empty.text(.markdown) == "No runs are recorded.\n")
  }
}
