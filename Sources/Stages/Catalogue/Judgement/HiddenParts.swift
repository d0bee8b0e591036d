internal import PipelineDSL

/// The effect of hiding some parts of an image, which does not depend on any map.
///
/// It is measured once per image, and serves all maps of the image.
struct HiddenParts: Sendable {
  /// The pixels of each part.
  let parts: [[Int]]
  /// The probability for the whole image minus that without the part.
  let drops: [Double]

  /// Measures the effect of some parts.
  init(of subject: JudgedImage, _ parts: [[Int]]) throws {
    self.parts = parts
    let values = try subject.probabilities(parts.count + 1) { index in
      index == 0 ? subject.image : subject.without(parts[index - 1])
    }
    drops = values.dropFirst().map { values[0] - $0 }
  }

  /// The sum of a map over each part.
  func sums(of map: Saliency) -> [Double] {
    parts.map { part in part.reduce(0) { $0 + Double(map.values[$1]) } }
  }
}
