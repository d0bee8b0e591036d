import Foundation
import PipelineDSL
import Store

/// One flipped byte in a stored file.
///
/// The next run either produces the artifacts of an undisturbed run, or names the file and gives a
/// hint, and following the hint leads to them.
enum ByteTrial: Trial {
  static let name = "bytes"
  static let summary = "one flipped byte in an object, a key, the record, the index, a checkpoint"

  private static let targets = [
    "object", "input", "manifest", "location", "key", "record", "index", "checkpoint", "version",
  ]

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let target = targets[number % targets.count]
    let trial = ByteTrialRun(
      subject: subject, laboratory: laboratory, store: "stores/\(number)", target: target)
    return "\(target): \(try trial.run(&draws))"
  }
}

/// One trial with a flipped byte.
private struct ByteTrialRun {
  let subject: Subject
  let laboratory: Laboratory
  let store: String
  let target: String

  func run(_ draws: inout RandomStream) throws -> String {
    if target == "checkpoint" { return try checkpoint(&draws) }
    let ending = try subject.run(store: store)
    try require(ending.exit == 0, "the run before the fault:\n\(ending.text)")
    switch target {
    case "object": return try object(&draws)
    case "input": return try input(&draws)
    case "manifest":
      let artifacts = try subject.artifacts().sorted { $0.key < $1.key }.map(\.value)
      let digests = Set(artifacts.compactMap { Digest(hex: $0) }).sorted()
      return try recovery(from: objects().path(draws.pick(digests)), &draws)
    case "location": return try location(&draws)
    case "key":
      let files = try FileManager.default.subpathsOfDirectory(atPath: path("keys"))
      let keys = files.filter { $0.hasSuffix(".json") }.sorted()
      return try recovery(from: path("keys/") + draws.pick(keys), &draws)
    case "record": return try record(&draws)
    case "version": return try version(&draws)
    default: return try recovery(from: path("index.sqlite"), &draws)
    }
  }

  private func path(_ name: String) -> String { "\(subject.folder)/\(store)/\(name)" }

  private func objects() throws -> ObjectStore {
    ObjectStore(try StoreLayout(root: subject.folder + "/" + store))
  }

  /// Flips bits of one byte that is not zero, so that it carries information; returns which one.
  @discardableResult
  private func flip(_ path: String, _ draws: inout RandomStream) throws -> String {
    guard var data = FileManager.default.contents(atPath: path) else {
      throw FaultHarnessError("\(path) does not exist")
    }
    let places = data.indices.filter { data[$0] != 0 }
    let place = draws.pick(places)
    let before = data[place]
    data[place] ^= UInt8(1 + draws.below(255))
    // Overwritten in place, as a disk does: the same file, with the same times as far as can be
    // seen.
    var status = stat()
    stat(path, &status)
    chmod(path, 0o644)
    let file = FileHandle(forWritingAtPath: path)
    try file?.write(contentsOf: data)
    try file?.close()
    chmod(path, status.st_mode & 0o777)
    return "\(path), byte \(place): \(before) became \(data[place])"
  }

  /// Flips a byte, and requires that the next plain run repairs the damage.
  private func recovery(from path: String, _ draws: inout RandomStream) throws -> String {
    let what = try flip(path, &draws)
    do {
      try subject.expectRecovery(laboratory.reference, in: store)
      // Repaired for good: nothing is left to do.
      let again = try subject.run(store: store)
      try require(
        try again.exit == 0 && subject.statuses().values.allSatisfy { $0 == .hit },
        "the damage was not repaired:\n\(again.text)")
    } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
    return "mended"
  }

  /// An object that nothing reads: a hit does not read it, and running everything again repairs it.
  private func object(_ draws: inout RandomStream) throws -> String {
    let objects = try objects()
    let digests = try subject.artifacts().sorted { $0.key < $1.key }
      .compactMap { Digest(hex: $0.value) }
    let file = draws.pick(try objects.manifest(draws.pick(digests)).files)
    let what = try flip(objects.path(file.digest), &draws)
    do {
      let plain = try subject.run(store: store)
      try require(plain.exit == 0, "the next run:\n\(plain.text)")
      try subject.expect(laboratory.reference, in: store, whole: false)
      let forced = try subject.run(store: store, ["--force"])
      guard forced.exit != 0 else {
        try subject.expect(laboratory.reference, in: store)
        return "mended by --force"
      }
      try require(forced.text.contains(file.digest.hex.dropFirst(2)), "not named:\n\(forced.text)")
      try subject.expectRecovery(laboratory.reference, in: store)
      return "named, mended by the next run"
    } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
  }

  /// An object that a stage reads.
  private func input(_ draws: inout RandomStream) throws -> String {
    guard let records = try subject.records() else { throw FaultHarnessError("there is no record") }
    let run = try records.run("latest").run.id
    let edge = draws.pick(try records.edges(run: run))
    let objects = try objects()
    guard
      let digest = try subject.artifacts()["\(edge.from).\(edge.output)"]
        .flatMap({ Digest(hex: $0) })
    else { throw FaultHarnessError("\(edge.from) has no \(edge.output)") }
    let file = draws.pick(try objects.manifest(digest).files)
    let what = try flip(objects.path(file.digest), &draws)
    do {
      let ending = try subject.run(store: store, [edge.to, "--force"])
      try require([0, 1, 6].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
      if ending.exit == 0 {
        try require(
          try records.divergences(run: try records.run("latest").run.id).isEmpty,
          "\(edge.to) read it, and gave other bytes:\n\(ending.text)")
      } else {
        try require(
          ending.text.contains(file.digest.hex.dropFirst(2)), "not named:\n\(ending.text)")
      }
      let name = ending.exit == 0 ? "not read" : "named, mended by the next run"
      if ending.exit == 0 {
        // A file that nothing reads is not repaired; an audit finds it.
        try subject.expect(
          laboratory.reference.filter { $0.key.hasPrefix("\(edge.to).") }, in: store, whole: false)
      } else {
        try subject.expectRecovery(laboratory.reference, in: store)
      }
      return name
    } catch {
      throw FaultHarnessError("input of \(edge.to), \(what): \(error)")
    }
  }

  /// The file list of a location, which ingest reads from the store.
  private func location(_ draws: inout RandomStream) throws -> String {
    guard let records = try subject.records() else { throw FaultHarnessError("there is no record") }
    let run = try records.run("latest").run.id
    let row = try records.stageRuns(run: run).first { $0.cell == "source" }
    let objects = try objects()
    guard let key = row?.key, let record = try ActionCache(objects).record(key),
      let digest = try record.preImage["locations"]?["root"]?.text.flatMap({ Digest(hex: $0) })
    else { throw FaultHarnessError("the key of source names no location") }
    let what = try flip(objects.path(digest), &draws)
    do {
      let ending = try subject.run(store: store, ["source", "--force"])
      try require([0, 1, 6].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
      try subject.expectRecovery(laboratory.reference, in: store)
      return ending.exit == 0 ? "mended" : "exit \(ending.exit), mended by the next run"
    } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
  }

  private func record(_ draws: inout RandomStream) throws -> String {
    defer { subject.forget() }
    let what = try flip(subject.recordPath, &draws)
    do {
      let ending = try subject.run(store: store)
      try require([0, 6].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
      if ending.exit == 6 {
        try require(
          ending.text.contains("assay.sqlite") && ending.text.contains("move it away"),
          "neither named nor a hint:\n\(ending.text)")
      } else {
        try subject.expect(laboratory.reference, in: store)
      }
      var isFound = ending.exit == 6
      do { try subject.inspectRecord() } catch { isFound = true }
      // The hint: the results are in the store, and a new record is created.
      for suffix in ["", "-wal", "-shm"] { unlink(subject.recordPath + suffix) }
      subject.forget()
      try subject.expectRecovery(laboratory.reference, in: store)
      return ending.exit == 6
        ? "named (exit 6)" : isFound ? "found by check or seal" : "in no row"
    } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
  }

  private func version(_ draws: inout RandomStream) throws -> String {
    let what = try flip(path("version"), &draws)
    let ending = try subject.run(store: store)
    if ending.exit != 0 {
      try require(
        [1, 6].contains(ending.exit) && ending.text.contains(store),
        "\(what): it ended with \(ending.exit):\n\(ending.text)")
      unlink(path("version"))
    }
    do { try subject.expectRecovery(laboratory.reference, in: store) } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
    return ending.exit == 0 ? "went on" : "named (exit \(ending.exit))"
  }

  /// What training keeps between attempts.
  private func checkpoint(_ draws: inout RandomStream) throws -> String {
    let fault = try FaultLibrary(library: laboratory.library)
    let ending = try subject.run(
      store: store, [],
      fault.faulty(.kill, at: 2 + draws.below(3), of: "rename", below: path("state")))
    try require(
      ending.exit == 1 && fault.fired == 1, "the worker was not killed:\n\(ending.text)")
    let files = try FileManager.default.subpathsOfDirectory(atPath: path("state"))
    guard let state = files.first(where: { $0.hasSuffix("/training") }) else {
      throw FaultHarnessError("there is no checkpoint among \(files)")
    }
    let what = try flip(path("state/") + state, &draws)
    do { try subject.expectRecovery(laboratory.reference, in: store) } catch {
      throw FaultHarnessError("\(what): \(error)")
    }
    return "mended"
  }
}
