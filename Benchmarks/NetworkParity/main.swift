import Foundation
import Neural

// The results of one network in training, for Benchmarks/parity.py to compare with PyTorch:
// `network-parity NAME SIZE FILE RESULT`. FILE (safetensors) contains the weights, `images`
// (N x H x W x 3) and `targets` (N x classes), and optionally pairs of `layer/NAME/input` and
// `layer/NAME/outputGradient` (the gradient of the output). RESULT receives `logits`, `gradient/...` of the
// mean loss, `layer/NAME/...`, and the `losses` of ten steps of Adam.

struct Repeated: TrainingData {
  let images: [Float]
  let targets: [Float]
  let count: Int
  let copies = 1
  let validationCount = 0
  var cleanCount: Int { 0 }
  func cleanBatch(_ samples: Range<Int>) throws -> Batch { Batch(images: [], targets: []) }
  func cleanLook(_ sample: Int) -> Int { -1 - validationCount - sample }

  func order(epoch: Int) -> [Int] { Array(0..<count) }
  func look(_ sample: Int, epoch: Int) -> Int? { sample }
  func batch(_ samples: [Int], epoch: Int) -> Batch { Batch(images: images, targets: targets) }
  func validationBatch(_ samples: Range<Int>) -> Batch { Batch(images: [], targets: []) }
}

let words = CommandLine.arguments.dropFirst()
guard words.count == 4, let name = words.first, let backbone = Backbone(rawValue: name),
  let size = Int(words[2])
else {
  print("network-parity NAME SIZE FILE RESULT")
  exit(2)
}
let file = try WeightFile.decode([UInt8](Data(contentsOf: URL(fileURLWithPath: words[3]))))
let given = Dictionary(file.map { ($0.name, $0) }) { first, _ in first }
guard let images = given["images"], let targets = given["targets"] else {
  print("no 'images' and 'targets' in \(words[3])")
  exit(2)
}
let classes = targets.shape[1]
let network = try backbone.network(Backbone.Form(size: size, classes: classes, head: .plain))
let tensors = file.filter {
  !["images", "targets"].contains($0.name) && !$0.name.hasPrefix("layer/")
}
let probe = try GradientProbe(network, tensors: tensors, threads: 2)
let batch = Batch(images: images.values, targets: targets.values)
let (logits, gradients) = probe.gradients(batch, smoothing: 0.1)
var result = [Tensor(name: "logits", shape: targets.shape, values: logits)]
result += gradients.map { Tensor(name: "gradient/" + $0.name, shape: $0.shape, values: $0.values) }

for (key, input) in given.sorted(by: { $0.key < $1.key }) where key.hasSuffix("/input") {
  let layer = String(key.dropFirst("layer/".count).dropLast("/input".count))
  guard let outputGradient = given["layer/\(layer)/outputGradient"] else { continue }
  result += try probe.layer(layer, input: input, outputGradient: outputGradient.values).map {
    Tensor(name: "layer/\(layer)/\($0.name)", shape: $0.shape, values: $0.values)
  }
}

var settings = Trainer.Settings()
(settings.epochs, settings.patience, settings.plateauPatience) = (10, .max, .max)
(settings.batch, settings.learningRate, settings.threads) = (targets.shape[0], 1e-4, 2)
settings.decaysAll = true
var trainer = Trainer(network, settings, from: try Weights(network, tensors: tensors))
try trainer.run(
  Repeated(images: images.values, targets: targets.values, count: targets.shape[0])
) { _ in }
result.append(
  Tensor(name: "losses", shape: [10], values: trainer.history.map { Float($0.train.loss) }))
try Data(Safetensors.encode(result)).write(to: URL(fileURLWithPath: words[4]))
