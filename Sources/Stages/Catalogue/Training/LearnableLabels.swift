internal import PipelineDSL

/// What must hold for samples from which classes are learned.
enum LearnableLabels {
  /// Throws if a part is empty, all labels are equal, or a class has no training sample.
  ///
  /// `noun` names a sample in messages, `parts` are the indices of samples that training needs,
  /// with the training set first, and `classes` are the labels of all samples of the split.
  static func check(
    _ samples: [Sample], _ noun: String, parts: [(name: String, indices: [Int])],
    classes: [String]
  ) throws(StageError) {
    for (name, indices) in parts where indices.isEmpty {
      throw StageError(
        "none of the \(samples.count) \(noun)s is in the \(name) set",
        hint: "check that 'split' divides these \(noun)s and that its fractions leave some")
    }
    guard classes.count > 1 else {
      throw StageError(
        "all \(noun)s have the label '\(classes[0])'", hint: "join \(noun)s of another class")
    }
    let seen = Set((parts.first?.indices ?? []).map { samples[$0].label })
    let unseen = classes.filter { !seen.contains($0) }
    guard unseen.isEmpty else {
      throw StageError(
        "no training \(noun) of \(unseen.map { "'\($0)'" }.joined(separator: ", "))",
        hint: "stratify the split by label, add images, or leave the class out")
    }
  }
}
