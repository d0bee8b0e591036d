/// The samples that most models get wrong.
struct HardSamples {
  /// A sample.
  struct Sample {
    let id: String
    let label: String
    /// The models that predict another class, and the class that most of them predict.
    var wrong = 0
    var predicted: [String: Int] = [:]
    /// The models that predict the sample.
    var models = 0

    /// The class that most models predict.
    var mostPredicted: String {
      predicted.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }
  }

  /// The samples that at least two models, and more than half of them, get wrong, the hardest first.
  let samples: [Sample]

  /// Counts over the predictions of several models.
  init(_ albums: [PredictionAlbum]) {
    var samples: [String: Sample] = [:]
    for pick in albums.lazy.flatMap(\.all) {
      var sample = samples[pick.id] ?? Sample(id: pick.id, label: pick.label)
      sample.models += 1
      sample.wrong += pick.kind == .wrong ? 1 : 0
      sample.predicted[pick.predicted, default: 0] += 1
      samples[pick.id] = sample
    }
    self.samples = samples.values.filter { $0.wrong > 1 && 2 * $0.wrong > $0.models }
      .sorted { ($1.wrong, $0.id) < ($0.wrong, $1.id) }
  }
}
