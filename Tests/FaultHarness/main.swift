import Foundation
import PipelineDSL

// Injects faults into `assay` and checks that nothing is lost: see docs/faults.md.
//
// fault-harness [KIND | KIND=COUNT ...] [--count N] [--seed N] [--from N] [--assay FILE]
//   [--library FILE]

let kinds: [any Trial.Type] = [
  KillTrial.self, PairTrial.self, CollectionTrial.self, PointTrial.self, PowerTrial.self,
  ErrorTrial.self, DiskTrial.self,
  ByteTrial.self, ClockTrial.self,
]

func quit(_ text: String) -> Never {
  FileHandle.standardError.write(Data("fault-harness: \(text)\n".utf8))
  exit(2)
}

let beside = URL(
  fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    ?? CommandLine.arguments[0]
).deletingLastPathComponent().path
var executable = beside + "/assay"
var library = beside + "/libCFaults.so"
var seed = UInt64.random(in: 0..<1_000_000_000)
var from = 0
var count: Int?
var plan: [(kind: any Trial.Type, count: Int?)] = []

var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
  func number() -> Int {
    guard let number = words.popFirst().flatMap({ Int($0) }), number >= 0 else {
      quit("\(word) takes a number")
    }
    return number
  }
  switch word {
  case "--count": count = number()
  case "--seed": seed = UInt64(number())
  case "--from": from = number()
  case "--assay": executable = words.popFirst() ?? executable
  case "--library": library = words.popFirst() ?? library
  default:
    let parts = word.split(separator: "=", maxSplits: 1)
    guard let kind = kinds.first(where: { $0.name == parts[0] }) else {
      let known = kinds.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
      quit("there is no kind of fault '\(word)'; there are\n\(known)")
    }
    plan.append((kind, parts.count > 1 ? Int(parts[1]) : nil))
  }
}
if plan.isEmpty { plan = kinds.map { ($0, nil) } }

// Disks are mounted in a private namespace, so that they vanish with this process.
let isAlone = ProcessInfo.processInfo.environment["FAULT_HARNESS_ALONE"] != nil
if !isAlone, plan.contains(where: { $0.kind.name == DiskTrial.name }), DiskTrial.isPossible {
  setenv("FAULT_HARNESS_ALONE", "1", 1)
  let again =
    ["unshare", "-m", "--propagation", "private", beside + "/fault-harness"]
    + CommandLine.arguments.dropFirst()
  execvp("unshare", again.map { strdup($0) } + [nil])
  quit("unshare cannot be started: \(String(cString: strerror(errno)))")
}

do {
  let runner = try TrialRunner(
    executable: executable, library: library, seed: seed, for: plan.map(\.kind))
  var isWhole = true
  for (kind, own) in plan {
    if kind.name == DiskTrial.name, !isAlone {
      say("disk: left out, since only root may mount a small disk here")
      continue
    }
    isWhole = runner.run(kind, count: own ?? count ?? 50, from: from) && isWhole
  }
  exit(isWhole ? 0 : 1)
} catch {
  quit("\(error)")
}
