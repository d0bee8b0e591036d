import Imaging

@testable import Stages

/// Reference values of captum, quantus, SciPy and scikit-image: `Fixtures/judgement/judgement.py`.
struct JudgementReference: Decodable {
  struct Agreement: Decodable {
    var spearman, iou, ssim: Double
  }
  struct Regions: Decodable {
    var codes: [UInt8]
    var pixelAUROC, energyInside, pointingGame, nucleusShare, cytoplasmShare: Double
  }
  var width, height: Int
  var image: [UInt8]
  var map, other: [Float]
  var steps: Int
  var deletion, insertion: [Double]
  var deletionArea, insertionArea: Double
  /// The deletion curve after the first point, as quantus computes it.
  var flipped: [Double]
  var comprehensiveness, sufficiency: Double
  var squares: [[Int]]
  var infidelity: Double
  var subsets: [[[Int]]]
  var sensitivityN: Double
  /// A map of the image, then those of noisy ones.
  var edgeMaps: [[Float]]
  var maxSensitivity: Double
  var top: Double
  var agreement: Agreement
  var regions: Regions
  var sobel, centre: [Double]
  var x, y: [Double]
  var rho, low, high: Double

  static func load() throws -> JudgementReference {
    try Fixture.json("judgement/judgement.json", as: Self.self)
  }

  /// The judged image.
  var picture: Image { Image(width: width, height: height, pixels: image) }

  /// The image with a grey backdrop, and the script's classifier.
  var subject: JudgedImage {
    JudgedImage(
      image: picture, backdrop: Backdrop.grey.image(for: picture), label: 1,
      classify: ExplanationReference.classify)
  }

  /// A map of the image.
  func saliency(_ values: [Float]) -> Saliency {
    Saliency(width: width, height: height, values: values)
  }

  /// Keys in the order of rows, for maps without ties.
  var ties: [UInt64] { map.indices.map { UInt64($0) } }

  /// The order of the first map.
  var order: RelevanceOrder { RelevanceOrder(saliency(map), ties: ties) }
}

/// A function whose evidence is known: the probability is the share of the left half that is bright.
enum KnownEvidence {
  static let (width, height) = (16, 8)

  /// A bright image.
  static let image = Image(width: width, height: height, filledWith: 200)

  /// The image on black, with that function.
  static var subject: JudgedImage {
    JudgedImage(image: image, backdrop: Image(width: width, height: height), label: 0) { images in
      images.map { image in
        let bright = (0..<height).reduce(0) { sum, y in
          sum + (0..<width / 2).count { image[$0, y, 0] > 100 }
        }
        let share = Float(bright) / Float(width / 2 * height)
        return [share, 1 - share]
      }
    }
  }

  /// The map that is 1 on the evidence and 0 elsewhere.
  static let perfect = map { $0 < width / 2 ? 1 : 0 }
  /// The map that is 1 everywhere but on the evidence.
  static let inverse = map { $0 < width / 2 ? 0 : 1 }
  /// A map of equal values.
  static let constant = map { _ in 1 }

  private static func map(_ value: (Int) -> Float) -> Saliency {
    Saliency(
      width: width, height: height, values: (0..<width * height).map { value($0 % width) })
  }

  /// Random keys.
  static var ties: [UInt64] {
    var draws = RandomStreams.stream("ties")
    return (0..<width * height).map { _ in draws.next() }
  }

  /// A random map.
  static var random: Saliency {
    var draws = RandomStreams.stream("random")
    return BaselineMap.random.map(of: image, draws: &draws)
  }
}
