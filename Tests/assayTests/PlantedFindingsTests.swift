import Foundation
import PipelineDSL
import TestSupport
import Testing

/// `inspect-data` finds what `synthesise` plants, and nothing in sets without plants.
@Suite struct PlantedFindingsTests {
  private static let kinds = [
    "exact-duplicate", "near-duplicate", "same-cell", "label-conflict", "group-straddle",
    "stain-shortcut", "border-shortcut", "jpeg-shortcut", "size-shortcut", "source-label",
    "source-part", "outlier",
  ]

  /// The numbers of findings by set and kind, from one run over all sets; each set has further
  /// arguments of `synthesise`.
  private func findings(_ sets: [(name: String, words: [String])]) throws -> [String: [String:
    Double]]
  {
    let names = sets.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let project = try Project(
      """
      {
        "assay": 1, "name": "planted", "axes": { "set": [\(names)] },
        "stages": {
          "images": { "uses": "ingest/manifest", "with": { "root": "data/${set}/shortcut" } },
          "cells": {
            "uses": "crop-normalise", "needs": "images",
            "with": { "size": 64, "window": 128, "sheet": 0 }
          },
          "split": {
            "uses": "split", "needs": "cells", "seed": 1,
            "with": { "method": "given", "groups": false }
          },
          "findings": { "uses": "inspect-data", "needs": ["cells", "split"] }
        }
      }
      """)
    for set in sets {
      let written = try SpawnedProgram(
        ["synthesise", "data/\(set.name)", "--sources", "shortcut", "--images", "180"] + set.words,
        in: project.folder
      ).wait()
      try #require(written.exit == 0, "\(written.text)")
    }
    try project.executed()
    let listed = try project.assay("metrics", "latest", "--json", "--name", "findings/*")
    try #require(listed.exit == 0, "\(listed.text)")
    var found: [String: [String: Double]] = [:]
    for row in try JSONParser.parse(listed.output).elements ?? [] {
      guard let cell = row["cell"]?.text, cell.hasPrefix("findings@set=") else { continue }
      for member in row["metrics"]?.object?.members ?? [] {
        found[String(cell.dropFirst("findings@set=".count)), default: [:]][member.name] =
          member.value.real
      }
    }
    try #require(found.count == sets.count)
    return found
  }

  @Test("each kind is found at medium and at high strength", arguments: ["medium", "high"])
  func plantsAreFound(strength: String) throws {
    let found = try findings(
      Self.kinds.map { (name: $0, words: ["--plant", "\($0):\(strength)"]) })
    for kind in Self.kinds {
      let count = found[kind]?["findings/\(kind)"] ?? 0
      #expect(count >= 1, "\(kind): \(found[kind] ?? [:])")
    }
  }

  @Test("nothing is found in ten clean sets")
  func nothingIsFoundInCleanSets() throws {
    let found = try findings(
      (1...10).map { (name: "clean-\($0)", words: ["--seed", "\($0)"]) })
    for (set, counts) in found {
      let wrong = counts.filter { $0.value > 0 }
      #expect(!counts.isEmpty && wrong.isEmpty, "\(set): \(wrong)")
    }
  }
}
