import Foundation
import PipelineDSL
import TestSupport
import Testing

/// `assay predict` with a calibrated, conformal model, compared with the run's own sets.
@Suite struct ConformalPredictTests {
  private static let pipeline = """
    {
      "assay": 1,
      "name": "sets",
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "cells": { "uses": "crop-normalise", "needs": "source", "with": { "size": 16 } },
        "split": {
          "uses": "split", "needs": "cells", "with": { "fractions": [0.4, 0.1, 0.4, 0.1] }
        },
        "model": {
          "uses": "fine-tune", "needs": ["cells", "split"], "with": { "epochs": 1, "batch": 16 }
        },
        "even": { "uses": "calibrate", "needs": ["model", "cells", "split"] },
        "sets": {
          "uses": "conformal", "needs": ["even", "cells", "split"],
          "with": { "method": "aps", "levels": [0.1, 0.3], "false-negatives": ["red"] }
        },
        "scores": {
          "uses": "evaluate", "needs": { "model": "sets", "images": "cells", "split": "split" }
        }
      }
    }
    """

  @Test("the sets of files are those that the stage wrote for them, in CSV and JSON")
  func setsAgree() throws {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 12, size: 24)
    try project.executed()
    let checkout = try project.assay("checkout", "latest", "sets.sets", "written")
    try #require(checkout.exit == 0, "\(checkout.text)")
    let sets = try CSVTable(parsing: Array(project.read("written/sets.csv").utf8))
    var written: [String: [String]] = [:]
    for row in sets.rows { written[row[0], default: []].append(row[4]) }
    let flags = try CSVTable(parsing: Array(project.read("written/flags.csv").utf8))
    for row in flags.rows { written[row[0], default: []].append(row[4]) }
    let ending = try project.assay("predict", "--cell", "sets", "images")
    try #require(ending.exit == 0, "\(ending.text)")
    let table = try CSVTable(parsing: Array(ending.output.utf8))
    #expect(
      Array(table.columns.prefix(5)) == ["image", "predicted", "set_0.1", "set_0.3", "flagged"])
    var compared = 0
    for row in table.rows {
      let id = Digest.of(
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: project.path(row[0]))))
      ).hex
      guard let own = written[id] else { continue }
      #expect(Array(row[2...4]) == own, "\(row[0])")
      compared += 1
    }
    // The calibration and test parts.
    #expect(compared == written.count && compared > 12)
    let json = try project.assay("predict", "--cell", "sets", "images", "--json")
    let facts = try JSONParser.parse(Array(json.output.utf8))
    let counts = try #require(facts["sets"]?["set_0.1"]?.object?.members)
    #expect(counts.reduce(0) { $0 + ($1.value.whole ?? 0) } == 36)
    let rows = try #require(facts["rows"]?.elements)
    #expect(rows.map { $0["image"]?.text } == table.rows.map { $0[0] })
    #expect(rows.map { $0["set_0.1"]?.text } == table.rows.map { $0[2] })
  }
}
