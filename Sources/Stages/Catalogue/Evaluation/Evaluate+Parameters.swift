internal import PipelineDSL

extension Evaluate {
  struct Parameters: StageParameters {
    var confidence = 0.95
    var resamples = 1000
    var bins = 15
    var parts = Part.allCases

    static var fields: [ParameterField<Self>] {
      [
        ParameterField(
          "confidence", \.confidence, in: 0.5...0.9999, "confidence of the intervals"),
        ParameterField(
          "resamples", \.resamples, in: 0...100_000,
          "resamples of the bootstrap, of whole groups where samples have groups; 0 for no "
            + "intervals by bootstrap"),
        ParameterField(
          "bins", \.bins, in: 1...1000,
          "bins of calibration error and of the parts of the Brier score"),
        ParameterField(
          "parts", \.parts, "parts to evaluate; a model predicts only the images of these"),
      ]
    }

    func conflicts() -> [String] {
      var problems = parts.isEmpty ? ["'parts' is empty: there is nothing to evaluate"] : []
      if Set(parts).count < parts.count { problems.append("'parts' names one part twice") }
      return problems
    }
  }
}
