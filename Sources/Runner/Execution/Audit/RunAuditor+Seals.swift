internal import PipelineDSL
internal import Store

extension RunAuditor {
  /// The recorded seals that begin with some digits.
  ///
  /// - Throws: A usage error if the digits cannot begin a seal or several seals begin with them.
  func seals(beginning digits: String) throws(RunError) -> [(run: String, seal: String)] {
    let isHex = digits.utf8.allSatisfy {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
    }
    guard isHex, (8...64).contains(digits.utf8.count) else {
      throw .usage("--expect takes 8 to 64 of a seal's digits (0-9, a-f), not '\(digits)'")
    }
    let found: [(run: String, seal: String)]
    do throws(StoreError) { found = try records.seals(beginning: digits) } catch {
      throw .store(error)
    }
    guard found.count <= 1 else {
      let runs = found.map(\.run).joined(separator: ", ")
      throw .usage("several seals begin with \(digits) (\(runs)); give more digits")
    }
    return found
  }

  /// Recomputes every seal of the record, and compares one run's seal with the expected one.
  func checkSeals(
    _ summary: RunSummary?, expect: String?, seals: [(run: String, seal: String)]
  ) throws(RunError) -> AuditCheck {
    var check = AuditCheck("seals")
    var rows = 0
    do throws(StoreError) {
      let ended = try records.endedRuns()
      for run in ended {
        do throws(StoreError) {
          guard let seal = try records.seal(of: run) else { continue }
          rows += seal.rows
          report(seal, of: run, &check)
        } catch {
          check.report(
            .seal, "table run_end of run \(run)", expected: "a seal that can be read",
            found: "\(error)")
        }
      }
      check.count("runs", ended.count)
      check.count("rows", rows)
      let unended = try records.runIDs().filter { !Set(ended).contains($0) }
      for id in unended where id != summary?.run.id {
        check.notes.append("run \(id) has no seal: it is still active, or it was killed")
      }
    } catch {
      throw .store(error)
    }
    guard let summary else { return check }
    guard let end = summary.end else {
      check.report(
        .seal, "table run_end of run \(summary.run.id)", expected: "the end of the run, sealed",
        found: "none: the run is active, it was killed, or its end was removed")
      return check
    }
    if let expect {
      if end.seal.hex.hasPrefix(expect) {
        check.notes.append("the seal is as expected")
      } else {
        let other = seals.first.map { ", which is that of run \($0.run)" } ?? ""
        check.report(
          .seal, "run \(summary.run.id)", expected: "seal \(expect)\(other)",
          found: "seal \(end.seal.hex)")
      }
    }
    return check
  }

  private func report(_ seal: RunSeal, of run: String, _ check: inout AuditCheck) {
    for change in seal.changes { check.report(.seal, change, of: run) }
    if seal.recorded != seal.computed, seal.changes.isEmpty {
      check.report(
        .seal, "a row of run \(run)", expected: "rows with the seal \(seal.recorded.hex)",
        found: "rows with the seal \(seal.computed.hex)")
    }
    if !seal.isChained {
      check.report(
        .seal, "table run_end of run \(run)",
        expected: "the seal before it to be \(seal.previous?.hex ?? "none")",
        found: "another one: a run was removed or inserted, or its seal was changed")
    }
  }
}
