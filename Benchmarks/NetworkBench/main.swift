import Foundation
import Neural

// Repeats one kind of step of one network, one step per line of standard input, so that another
// program can alternate with it:
// `network-bench NAME SIZE BATCH inference|training|stage-two THREADS`.
// NAME may be a single layer, as `KernelProbe` describes it; SIZE is then ignored. Prints `ready`,
// then the seconds of each step; at the end of the input, its peak memory in bytes.

let words = CommandLine.arguments.dropFirst()
guard words.count == 5, let name = words.first, let size = Int(words[2]),
  let batch = Int(words[3]), let threads = Int(words[5])
else { usage() }

func usage() -> Never {
  let names = Backbone.allCases.map(\.rawValue).joined(separator: "|")
  print("network-bench \(names) SIZE BATCH inference|training|stage-two THREADS")
  exit(2)
}

/// Numbers in -2..<2, the same in every run.
func numbers(_ count: Int) -> [Float] {
  var state: UInt64 = 88_172_645_463_325_252
  return (0..<count).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(state >> 40) / Float(1 << 22) - 2
  }
}

/// Waits for a line, then measures; ends the program at the end of the input.
func turn(_ work: () -> Void) {
  guard readLine() != nil else {
    print(peakMemory())
    exit(0)
  }
  let began = DispatchTime.now().uptimeNanoseconds
  work()
  report(since: began)
}

func report(since began: UInt64) {
  print(Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9)
  fflush(nil)
}

func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
}

/// The same batch repeated in an endless epoch; a step is the time between two calls.
final class SameBatch: TrainingData {
  let images: [Float]
  let targets: [Float]
  let count: Int
  let copies = 1
  let validationCount = 0
  var cleanCount: Int { 0 }
  func cleanBatch(_ samples: Range<Int>) throws -> Batch { Batch(images: [], targets: []) }
  func cleanLook(_ sample: Int) -> Int { -1 - validationCount - sample }
  private var steps = 0
  private var began: UInt64 = 0

  init(images: [Float], targets: [Float], count: Int) {
    (self.images, self.targets, self.count) = (images, targets, count)
  }

  func order(epoch: Int) -> [Int] { Array(repeating: 0, count: 1_000_000 * count) }
  func look(_ sample: Int, epoch: Int) -> Int? { sample }
  func validationBatch(_ samples: Range<Int>) -> Batch { Batch(images: [], targets: []) }

  func batch(_ samples: [Int], epoch: Int) -> Batch {
    // The first step includes the setup and is not reported.
    if steps > 1 { report(since: began) }
    if steps == 1 {
      print("ready")
      fflush(nil)
    }
    if steps > 0, readLine() == nil {
      print(peakMemory())
      exit(0)
    }
    steps += 1
    began = DispatchTime.now().uptimeNanoseconds
    return Batch(images: images, targets: targets)
  }
}

if let probe = try KernelProbe(name, count: batch, threads: threads) {
  let work = words[4] == "inference" ? probe.forward : probe.step
  work()
  print("ready")
  fflush(nil)
  while true { turn(work) }
}
guard let backbone = Backbone(rawValue: name) else { usage() }
let isStageTwo = words[4] == "stage-two"
let form = Backbone.Form(
  size: size, classes: 5, keepsStatistics: isStageTwo, head: isStageTwo ? .hidden() : .plain)
let network = try backbone.network(form)

if words[4] == "inference" {
  let classifier = try Classifier(
    backbone, form, tensors: Weights(network, seed: 1).tensors, threads: threads)
  let images = numbers(batch * network.input.count)
  print("ready")
  fflush(nil)
  while true { turn { _ = classifier.logits(images) } }
}

// Stage two trains the layers after the cut, on activations computed beforehand.
let open = isStageTwo ? try network.part(network.cut(open: 3)...) : network
var targets = [Float](repeating: 0, count: batch * form.classes)
for sample in 0..<batch { targets[sample * form.classes + sample % form.classes] = 1 }
let data = SameBatch(
  images: numbers(batch * open.input.count), targets: targets, count: batch)
var settings = Trainer.Settings()
settings.learningRate = 1e-5
settings.batch = batch
settings.threads = threads
settings.seed = 1
// Only the trainer keeps the weights; another copy would count as its memory.
var trainer = try Trainer(
  open, settings, from: isStageTwo ? Weights(network, seed: 1).part(open) : nil)
try trainer.run(data) { _ in }
